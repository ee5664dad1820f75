# صفحة الحالة في التطبيق.

desk-no-app = هذه الصفحة تابعة لتطبيق Deskbell: افتح "الحالة" من رمزه في شريط النظام.
desk-presence = التواجد
desk-seen-by = المصدر
desk-nothing-sees = لا شيء
desk-last-input = آخر إدخال
desk-in-use-since = قيد الاستخدام منذ
desk-connection = الاتصال
desk-devices = الأجهزة
desk-sent = ما تم إرساله
desk-nothing-sent = لا شيء بعد.
desk-this-computer = هذا الكمبيوتر
desk-off = متوقف
desk-connecting = جارٍ الاتصال…
desk-connecting-to = { $address }. جارٍ الاتصال…
desk-requests = الطلبات
desk-chats = محادثاتك
desk-open = فتح
desk-unseen = { $count ->
    [zero] لا جديد
    [one] رسالة جديدة
    [two] رسالتان جديدتان
    [few] { $count } رسائل جديدة
    [many] { $count } رسالة جديدة
   *[other] { $count } رسالة جديدة
}
desk-silent = رنين صامت لمدة 30 دقيقة
desk-silent-until = رنين صامت حتى { $until }
desk-ring-again = إعادة الرنين
desk-toasts-and-requests = الصوت والإشعارات والطلبات
desk-toasts = الإشعارات والصوت
desk-test-toast = عرض إشعار تجريبي مع صوت
desk-test-late = عرض إشعار تجريبي بالصوت الأعلى (للطلبات التي مضت دقيقة على انتظارها)
desk-sound-on = تصدر الإشعارات صوتًا على هذا الكمبيوتر
desk-sound-choice = نوع الصوت
desk-volume = مستوى الصوت
desk-percent = { NUMBER($volume) } بالمئة
desk-last-requests = ما آلت إليه آخر الطلبات على هذا الكمبيوتر
desk-remembered = يتذكر Deskbell آخر 50 طلبًا حتى إنهائه أو تسجيل خروجك. ولا يخزّنها.
desk-no-requests = لا شيء منذ بدء Deskbell أو تسجيل دخولك.
desk-back = رجوع إلى الحالة
desk-hide-names = إخفاء الأسماء والموضوعات في الإشعارات وقائمة الرمز (عند مشاركة الشاشة)
desk-a-request = طلب
desk-a-chat = محادثة
desk-do-not-disturb = ترن الطلبات بصمت ما دام سطح المكتب في وضع "عدم الإزعاج".
desk-portal = فتح البوابة
desk-sign-out = تسجيل الخروج على هذا الكمبيوتر
desk-quit = إنهاء
desk-link = رابط يُستخدم مرة واحدة
desk-link-help = ألصق الرابط الذي أعطاك إياه المسؤول.
desk-sign-in = تسجيل الدخول
desk-signed-in-as = { $name }، { $organisation }
desk-lacks = ما ينقص هذا الكمبيوتر
desk-device-active = { $name }، نشط
desk-device-idle = { $name }، لا إدخال منذ { $since }
desk-device-locked = { $name }، مقفل منذ { $since }
desk-device-asleep = { $name }، في وضع السكون منذ { $since }
desk-device-lost = { $device }، انقطع اتصاله
desk-version = Deskbell { $version }
desk-version-profile = Deskbell { $version }، الملف الشخصي { $profile }
desk-no-connection = لا يوجد اتصال بـ { $address }.
desk-others-may-see = قد تظهر للآخرين غير متصل. { $retrying }
desk-round-trip = { $address }، { NUMBER($ms) } م.ث

## المدة التي يجوز أن يبقى فيها الجهاز بلا إدخال

threshold-seconds = { $seconds ->
    [zero] غائب بعد { $seconds } ثانية بلا إدخال.
    [one] غائب بعد ثانية واحدة بلا إدخال.
    [two] غائب بعد ثانيتين بلا إدخال.
    [few] غائب بعد { $seconds } ثوانٍ بلا إدخال.
    [many] غائب بعد { $seconds } ثانية بلا إدخال.
   *[other] غائب بعد { $seconds } ثانية بلا إدخال.
}
threshold-minutes = { $minutes ->
    [1] غائب بعد دقيقة واحدة بلا إدخال.
    [zero] غائب بعد { $minutes } دقيقة بلا إدخال.
    [one] غائب بعد دقيقة واحدة بلا إدخال.
    [two] غائب بعد دقيقتين بلا إدخال.
    [few] غائب بعد { $minutes } دقائق بلا إدخال.
    [many] غائب بعد { $minutes } دقيقة بلا إدخال.
   *[other] غائب بعد { $minutes } دقيقة بلا إدخال.
}
