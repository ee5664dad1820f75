# برنامج النافذة: عناوينه، وما يقوله ما دام الوكيل غائبًا.

window-agent-lost = يُعاد تشغيل Deskbell…
window-agent-away = لا يوجد اتصال أثناء إعادة تشغيل Deskbell.
window-agent-lost-detail = توقف الجزء الذي يعمل في الخلفية. قد تظهر للآخرين غير متصل حتى يعود.
window-agent-gone = تعذّر تشغيل Deskbell.
window-agent-gone-detail = الجزء الذي يعمل في الخلفية مفقود: { $why }. أغلق هذه النافذة وشغّل Deskbell من القائمة؛ وإن لم ينجح ذلك، فثبّته من جديد.
window-nobody-answers = لم يتغير شيء، لأن Deskbell يعيد التشغيل. حاول مرة أخرى بعد لحظات.
window-no-answer = لم يرد Deskbell في الوقت المناسب. تحقق من الحالة المعروضة هنا ثم حاول مرة أخرى.
window-too-many = ما زال Deskbell مشغولًا بطلبات سابقة. حاول مرة أخرى بعد لحظات.
window-pages-die = تعطلت الصفحة في نافذة Deskbell مرتين خلال دقيقة، لذلك ستُغلق النافذة.
window-no-portal = لا يمكن عرض البوابة: { $why }. ستُفتح هنا حالما يمكن ذلك.
# أسباب في النص أعلاه
window-no-address = لم يصل عنوانها في الوقت المناسب
window-page-failed = صفحتها لا تُحمَّل، فربما تعطلت الخدمة أو الشبكة
window-page-failed-because = صفحتها لا تُحمَّل، فربما تعطلت الخدمة أو الشبكة ({ $detail })
window-portal-title = { $organisation } · Deskbell
window-status-title = حالة Deskbell
window-question-title = تسجيل الدخول؟ · Deskbell
# ملفان شخصيان جنبًا إلى جنب
window-title-profile = { $title } ({ $profile })
