# The window program: its titles, and what it says while the agent is away.

window-agent-lost = Deskbell is restarting…
window-agent-away = No connection while Deskbell restarts.
window-agent-lost-detail = Its background part has stopped. Others may see you as Offline until it is back.
window-agent-gone = Deskbell could not be started.
window-agent-gone-detail = Its background part is missing: { $why }. Close this window and start Deskbell from the menu; if that fails, install it again.
window-nobody-answers = Nothing was changed, because Deskbell is restarting. Try again in a moment.
window-no-answer = Deskbell did not answer in time. Check the state shown here, then try again.
window-too-many = Deskbell is still busy with earlier requests. Try again in a moment.
window-pages-die = The page in Deskbell's window has crashed twice within a minute, so the window closes.
window-no-portal = The portal cannot be shown: { $why }. It opens here as soon as it can.
# Reasons in the text above
window-no-address = its address did not arrive in time
window-page-failed = its page does not load, so the service may be down or the network gone
window-page-failed-because = its page does not load, so the service may be down or the network gone ({ $detail })
window-portal-title = { $organisation } · Deskbell
window-status-title = Deskbell status
window-question-title = Sign in? · Deskbell
# Two profiles side by side
window-title-profile = { $title } ({ $profile })
