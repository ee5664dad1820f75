# الوكيل في شريط النظام: الإشعارات والقائمة والردود. المتغيرات $since و$until و$at أوقات مكتوبة، مثل "12:04" أو "أمس 12:04".

## الأوقات

agent-date = { $day } { $month }
agent-month = { $number ->
    [1] يناير
    [2] فبراير
    [3] مارس
    [4] أبريل
    [5] مايو
    [6] يونيو
    [7] يوليو
    [8] أغسطس
    [9] سبتمبر
    [10] أكتوبر
    [11] نوفمبر
   *[12] ديسمبر
}

## الحالة

agent-signed-out = تم تسجيل الخروج
agent-sign-in-with-link = سجّل الدخول بالرابط الذي أعطاك إياه المسؤول.
agent-portal-closed = البوابة مغلقة. افتحها كي يمكن الوصول إليك.
agent-connecting = جارٍ الاتصال…
agent-no-connection = لا يوجد اتصال
agent-may-see-offline = قد تظهر للآخرين غير متصل.
agent-may-see-offline-retrying = قد تظهر للآخرين غير متصل. { $retrying }
agent-elsewhere-idle = هذا الكمبيوتر: لا إدخال منذ { $since }.
agent-elsewhere-locked = هذا الكمبيوتر: الشاشة مقفلة منذ { $since }.
agent-elsewhere-asleep = هذا الكمبيوتر: في وضع السكون منذ { $since }.
agent-away-asleep = غائب، الكمبيوتر في وضع السكون منذ { $since }
agent-away-set = غائب حسب اختيارك
agent-away-set-until = غائب حسب اختيارك حتى { $until }
agent-away-set-back = غائب حسب اختيارك حتى عودتك
agent-still-requests = ستظل الطلبات تصلك.
agent-source-not-yet = جارٍ البحث عن طريقة لرصد الإدخال على هذا الكمبيوتر.
agent-no-source = لا يستطيع Deskbell معرفة هل أنت أمام هذا الكمبيوتر ({ $why }). لا يُحتسب إلا استخدام نافذته هو.
agent-rings-silently = ترن الطلبات بصمت حتى { $until }.
agent-rings-again = عادت الطلبات ترن.
agent-do-not-disturb = ترن الطلبات بصمت ما دام سطح المكتب في وضع "عدم الإزعاج".
agent-names-hidden = لم تعد الإشعارات وقائمة الرمز تعرض الأسماء والموضوعات.
agent-names-shown = عادت الإشعارات وقائمة الرمز تعرض الأسماء والموضوعات.
sound-set-on = صوت الإشعارات على هذا الكمبيوتر: { $sound }، مستوى الصوت { NUMBER($volume) } بالمئة.
sound-set-off = الصوت متوقف على هذا الكمبيوتر: الإشعارات صامتة. وعند تشغيله من جديد: { $sound }، مستوى الصوت { NUMBER($volume) } بالمئة.

## تسجيل الدخول والخروج

agent-sign-in-first = لا أحد مسجّل الدخول على هذا الكمبيوتر. سجّل الدخول أولًا بالرابط الذي أعطاك إياه المسؤول.
agent-role-not-known = لم تخبر الخدمة بعد من المسجّل هنا. حاول مرة أخرى عند عودة الاتصال.
agent-address-lost = لم تعد الإعدادات تذكر أي خدمة، لذلك لا يمكن استخدام تسجيل الدخول. سجّل الدخول مرة أخرى برابط جديد.
agent-link-without-secret = هذا الرابط غير مكتمل: الجزء الذي بعد # مفقود. انسخ الرابط كاملًا من المسؤول.
agent-not-a-link = هذا ليس رابط تسجيل دخول. يبدو رابط تسجيل الدخول هكذا: https://…/sign-in#… ويأتيك من المسؤول.
agent-not-a-deep-link = لا يستطيع Deskbell فتح هذا الرابط. يمكن للروابط فتح البوابة أو محادثة أو الحالة أو تسجيل الدخول.
agent-signing-in-already = هناك عملية تسجيل دخول جارية. انتظر حتى تنتهي.
agent-answer-first = تنتظر نافذة ردك على رابط تسجيل دخول آخر، لذلك لم يُفتح هذا الرابط. أجب هناك أولًا، ثم افتح هذا الرابط مرة أخرى.
agent-just-refused = رُفض رابط تسجيل دخول قبل لحظات، لذلك لم يُفتح هذا الرابط. افتحه مرة أخرى بعد عشر ثوانٍ إذا أردت تسجيل الدخول.
agent-question-over = انتهى هذا السؤال ولم يُنفّذ شيء. افتح رابط تسجيل الدخول مرة أخرى إذا أردت تسجيل الدخول.
agent-signed-in-as = سُجّل الدخول باسم { $name }.
agent-signed-in-already = { $name } مسجّل الدخول بالفعل على هذا الكمبيوتر. سجّل الخروج أولًا.
agent-asks-in-a-window = يسأل Deskbell في نافذة هل تريد تسجيل الدخول إلى { $host }. لا يُرسل شيء إلى تلك الخدمة حتى تضغط "تسجيل الدخول" هناك.
agent-cannot-ask = يحاول رابط أن يسجّل دخولك إلى { $host }. لم يُفتح الرابط لأن Deskbell لا يستطيع فتح النافذة التي تسألك أولًا. إذا أعطاك المسؤول هذا الرابط، فشغّل "deskbell sign-in" في نافذة أوامر وألصق رابط https:// هناك.
agent-signed-out-here = تم تسجيل الخروج على هذا الكمبيوتر.
agent-signed-out-already = لم يكن أحد مسجّل الدخول على هذا الكمبيوتر.
agent-signed-out-here-only = تم تسجيل الخروج على هذا الكمبيوتر. تعذّر إبلاغ الخدمة، لذلك تحتفظ بتسجيل الدخول حتى ينهيه أحد المسؤولين.
agent-signed-out-title = تم تسجيل الخروج
agent-sign-in-ended = أُنهي تسجيل دخول هذا الكمبيوتر من قبلك أو من قبل أحد المسؤولين. سجّل الدخول مرة أخرى برابط جديد.
agent-replaced-title = لم تعد الطلبات ترن هنا
agent-replaced = تولّت الاتصالَ نسخة أخرى عاملة من هذا التطبيق، ربما على نسخة من هذا الكمبيوتر. أنهِ إحداهما ثم شغّل Deskbell مرة أخرى.

## الردود

agent-clients-are-automatic = التواجد تلقائي للعملاء؛ فهو يتبع استخدامك لهذا الكمبيوتر، ولا يوجد ما يمكن ضبطه.
agent-changed-since = حلّ محله إعداد آخر.
agent-technicians-only = لا يستطيع ذلك إلا الفنيون.
agent-clients-only = لا يستطيع ذلك إلا العملاء.
agent-kept = لا يوجد اتصال. سيُرسل هذا عند عودة الاتصال.
agent-no-connection-to-ask = لا يوجد اتصال، لذلك لا يستطيع Deskbell معرفة هل ما زال هذا الطلب في الانتظار. حاول مرة أخرى عند عودة الاتصال.
agent-unanswered = انقطع الاتصال قبل أن ترد الخدمة.
agent-quitting = أُنهي Deskbell قبل أن ترد الخدمة.
agent-joined = تم الانضمام.
agent-dismissed = صامت لديك؛ ما زال في الانتظار في القائمة.
agent-invitation-over = انتهت هذه الدعوة.

## النوافذ

agent-no-display = لا يستطيع Deskbell فتح نافذة لعدم وجود شاشة. سجّل الدخول إلى سطح مكتب، أو استخدم متصفحًا.
agent-no-code = لم ترسل الخدمة رمزًا للبوابة. أغلق النافذة وافتحها مرة أخرى.
agent-no-portal = لا يوجد اتصال: { $why }. ستُفتح البوابة عند عودة الاتصال.
agent-closed-title = أنت الآن غير متصل
agent-closing = الإغلاق يجعلك غير متصل. صغّر النافذة ليبقى الوصول إليك ممكنًا.
agent-crashed-title = أُغلقت نافذة Deskbell بشكل غير متوقع
agent-crashed-once = فُتحت مرة أخرى.
agent-crashed-for-good = ستبقى مغلقة. افتحها من رمز شريط النظام أو بالأمر "deskbell open".

## الإشعارات

# بدلًا من اسم لا يمكن عرضه
agent-somebody = شخص ما
agent-join = انضمام
agent-open = فتح
agent-dismiss = إسكات
agent-not-now = ليس الآن
agent-accept = قبول
agent-needs-help = { $who } بحاجة إلى مساعدة
agent-awaits-answer = { $who } في انتظار ردك
agent-client-awaits-answer = أحد العملاء في انتظار ردك
agent-a-request-waits = طلب في الانتظار
agent-waiting = في الانتظار { $waited }
agent-about-waiting = { $about } · في الانتظار { $waited }
agent-about-waiting-again = { $messages ->
    [0] { $about } · كانت مع { $name } · في الانتظار { $waited }
    [zero] { $about } · كانت مع { $name }، { $messages } رسالة · في الانتظار { $waited }
    [one] { $about } · كانت مع { $name }، رسالة واحدة · في الانتظار { $waited }
    [two] { $about } · كانت مع { $name }، رسالتان · في الانتظار { $waited }
    [few] { $about } · كانت مع { $name }، { $messages } رسائل · في الانتظار { $waited }
    [many] { $about } · كانت مع { $name }، { $messages } رسالة · في الانتظار { $waited }
   *[other] { $about } · كانت مع { $name }، { $messages } رسالة · في الانتظار { $waited }
}
agent-hands-over = يعرض { $name } تسليم المحادثة مع { $who }
agent-a-chat-is-offered = عُرضت عليك محادثة
agent-several = في الانتظار: { NUMBER($count) }، أطول مدة { $longest }
agent-several-where = كلها في القائمة.
agent-join-longest = انضمام إلى الأطول انتظارًا
agent-invitation = يرغب { $name } في محادثتك
agent-invitation-from = يرغب { $name } من { $organisation } في محادثتك
agent-invited = أنت مدعو إلى محادثة
agent-invitation-unanswered = لم يصل رد من { $client } على دعوتك.
agent-taken-over = استلم { $name } المحادثة مع { $client }.
agent-taken-over-hidden = استلم أحد الزملاء محادثة منك.
agent-not-taken-over = لم تنتقل المحادثة مع { $client } إلى { $name }. ما زالت لديك.
agent-nobody-took-over = لم يستلم أحد المحادثة مع { $client }. ما زالت لديك.
agent-not-taken-over-hidden = لم يستلم أحد محادثة منك. ما زالت لديك.
agent-a-new-message = رسالة جديدة
agent-sent-picture = صورة
agent-sent-file = ملف: { $name }

## الإشعار التجريبي

toast-test-title = هذه تجربة
toast-test-body = هكذا تظهر الطلبات، وهكذا صوتها.
toast-test-late-body = هكذا صوت الطلبات التي مضت دقيقة على انتظارها.
toast-test-running = هناك تجربة جارية بالفعل.
toast-test-do-not-disturb = لا يصدر صوتًا، وقد لا يعرضه سطح المكتب، لأنه في وضع "عدم الإزعاج".
toast-test-silent = لا يصدر صوتًا، لأنك جعلت الطلبات ترن بصمت حتى { $until }.
toast-test-sound-off = لا يصدر صوتًا، لأن الصوت متوقف على هذا الكمبيوتر.
toast-test-shown = استلم سطح المكتب الإشعار التجريبي. { $but }
toast-test-not-heard = إذا لم تسمعه، فتحقق من مستوى الصوت في هذا الكمبيوتر.
toast-test-not-shown = لم يعرض سطح المكتب الإشعار التجريبي خلال { NUMBER($seconds) } ث. { $why }
toast-test-log-in-again = سجّل الخروج من الكمبيوتر ثم الدخول مرة أخرى؛ وإن لم يُجدِ ذلك، فأخبر المسؤول.

## قائمة الرمز

menu-online = متصل (تلقائي)
menu-away = غائب
menu-away-for = غائب لمدة…
menu-until-back = حتى عودتي
menu-ring-silently = رنين صامت
# بدلًا منه ما دام سطح المكتب في وضع عدم الإزعاج
menu-rings-silently = رنين صامت (سطح المكتب في وضع عدم الإزعاج)
# بدلًا منه ما دام المستخدم قد اختاره؛ $until: وقت
menu-rings-silently-until = رنين صامت (حتى { $until })
menu-ring-again = إعادة الرنين
menu-names = الأسماء والموضوعات
menu-names-hidden = الأسماء والموضوعات (مخفية)
menu-show-names = ظاهرة
menu-hide-names = مخفية
menu-open-portal = فتح البوابة
menu-status = الحالة…
menu-sign-out = تسجيل الخروج على هذا الكمبيوتر
menu-sign-out-means = ستحتاج إلى رابط جديد لتسجيل الدخول مرة أخرى.
menu-sign-out-now = تسجيل الخروج الآن
menu-sign-out-whom = تسجيل خروج { $name } الآن
menu-quit = إنهاء
menu-span = { $minutes ->
    [60] ساعة واحدة
    [zero] { $minutes } دقيقة
    [one] دقيقة واحدة
    [two] دقيقتان
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقة
   *[other] { $minutes } دقيقة
}
menu-nobody-waits = لا أحد في الانتظار
menu-waiting = الطلبات المنتظرة ({ NUMBER($count) })
menu-no-chats = لا محادثات جارية
menu-chats = المحادثات الجارية ({ NUMBER($count) })
menu-chats-new = المحادثات الجارية ({ NUMBER($count) })، الجديد: { NUMBER($unseen) }
menu-chats-long = المحادثات الجارية ({ NUMBER($count) })، أكثر من ساعة: { NUMBER($long) }
menu-chats-new-long = المحادثات الجارية ({ NUMBER($count) })، الجديد: { NUMBER($unseen) }، أكثر من ساعة: { NUMBER($long) }
menu-a-request = طلب
menu-join = { $who }، في الانتظار منذ { $since }: انضمام
menu-join-silenced = { $who }، في الانتظار منذ { $since }، صامت: انضمام
menu-more-waiting = { $count ->
    [zero] لا طلبات أخرى في الانتظار
    [one] طلب آخر في الانتظار: انظر البوابة
    [two] طلبان آخران في الانتظار: انظر البوابة
    [few] { $count } طلبات أخرى في الانتظار: انظر البوابة
    [many] { $count } طلبًا آخر في الانتظار: انظر البوابة
   *[other] { $count } طلب آخر في الانتظار: انظر البوابة
}
menu-more-chats = { $count ->
    [zero] لا محادثات أخرى جارية
    [one] محادثة أخرى جارية: انظر البوابة
    [two] محادثتان أخريان جاريتان: انظر البوابة
    [few] { $count } محادثات أخرى جارية: انظر البوابة
    [many] { $count } محادثة أخرى جارية: انظر البوابة
   *[other] { $count } محادثة أخرى جارية: انظر البوابة
}
menu-a-chat = محادثة
menu-chat = { $with }: { $subject }
menu-chat-new = { $chat } (الجديد: { NUMBER($unseen) })
menu-chat-since = { $chat } (منذ { $since })
menu-chat-new-since = { $chat } (الجديد: { NUMBER($unseen) }، منذ { $since })

## ما آل إليه طلب على هذا الكمبيوتر، في نافذة الحالة

record-request = طلب
record-elsewhere = رنّ جهاز آخر من أجهزتك. ترن الطلبات حيث كنت نشطًا آخر مرة.
record-not-here = لم يرن هنا.
record-over-first = انتهى قبل أن يمكن عرضه.
record-not-yet = لم يعرض سطح المكتب إشعاره بعد.
record-do-not-disturb = كان سطح المكتب في وضع "عدم الإزعاج": استلم الإشعار، وربما لم يعرضه.
record-silent-do-not-disturb = رنّ بصمت، لأن سطح المكتب كان في وضع "عدم الإزعاج".
record-silent-by-user = رنّ بصمت كما ضبطته.
record-sound-off = لم يصدر صوتًا، لأن الصوت كان متوقفًا هنا.
record-dismissed = أسكتّه أنت.
record-dismissed-before = كنت قد أسكتّه من قبل.
record-shown = كان إشعاره على الشاشة في { $at }.
record-not-shown = تعذّر عرض إشعاره: { $why }
record-sounded = { $times ->
    [1] صدر صوته مرة واحدة.
    [zero] لم يصدر صوته.
    [one] صدر صوته مرة واحدة.
    [two] صدر صوته مرتين.
    [few] صدر صوته { $times } مرات.
    [many] صدر صوته { $times } مرة.
   *[other] صدر صوته { $times } مرة.
}
record-not-heard = تعذّر تشغيل صوته: { $why }
