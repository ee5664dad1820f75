# كلمات تستخدمها أكثر من واجهة. المتغيرات $since و$until و$at و$time أوقات مكتوبة، مثل "12:04" أو "أمس 12:04".

state-online = متصل
state-away = غائب
state-offline = غير متصل

## الحالة كما يقرؤها الآخرون

presence-never = غير متصل، لم يسجّل الدخول من قبل
presence-offline = غير متصل منذ { $since }
presence-idle = غائب، لا إدخال منذ { $since }
presence-locked = غائب، الشاشة مقفلة منذ { $since }
presence-asleep = غائب، الكمبيوتر في وضع السكون منذ { $since }
presence-manual = غائب، ضُبطت الحالة يدويًا ({ $since })
presence-manual-until = غائب، ضُبطت الحالة يدويًا (حتى { $until })

## الحالة التي ضبطها المستخدم بنفسه

own-away = غائب حسب اختيارك. ستظل الطلبات تصلك.
own-away-back = غائب حسب اختيارك حتى عودتك. ستظل الطلبات تصلك.
own-away-until = غائب حسب اختيارك حتى { $until }. ستظل الطلبات تصلك.

## الأوقات

day-today = اليوم
day-yesterday = أمس
time-yesterday = أمس { $time }
time-tomorrow = غدًا { $time }
time-on = { $day } { $time }

## من وماذا

who = { $name } ({ $company })
about = { $subject } · #{ $reference }
about-chat = محادثة

## الاتصال

connection-lost = لا يوجد اتصال.
connection-retry = إعادة المحاولة الآن
connection-technician = لا يوجد اتصال. قد تظهر للآخرين غير متصل.
retrying-now = تجري إعادة المحاولة الآن.
retrying-in = إعادة المحاولة بعد { NUMBER($seconds) } ث.
send-failed = هناك الكثير مما ينتظر الإرسال. انتظر عودة الاتصال ثم حاول مرة أخرى.

## ما آل إليه طلب أو دعوة

late-invited = وُجّهت من { $inviter } دعوة إلى { $client } لبدء محادثة.
late-in-progress = هذه المحادثة جارية.
late-over = انتهت هذه المحادثة.
asks-to-be-called = طلب معاودة اتصال من { $client }.
asks-to-be-called-at = طلب معاودة اتصال من { $client }: { $phone }
invitation-accepted = قُبلت دعوتك من { $client }.
invitation-declined = رد { $client }: ليس الآن.
invitation-unanswered = لم يصل رد من { $client } على الدعوة.
invitation-taken-back = سُحبت الدعوة.
not-invited-away = حالة { $client } غائب منذ { $since }؛ لم تُرسل الدعوة.
not-invited-offline = حالة { $client } غير متصل منذ { $since }؛ لم تُرسل الدعوة.
joined-at = انضم { $name } في { $at }.
joined-in-time = انضم { $name }.
left-unanswered = غادر { $client } بعد { $after }؛ لم ينضم أحد.

## قبل أن يسجّل الدخولَ رابطٌ فُتح من مكان آخر

question-window = تسجيل الدخول؟
question-title = يريد رابط أن يسجّل دخولك إلى هذه الخدمة:
question-this-computer = تعمل هذه الخدمة على هذا الكمبيوتر.
question-means = إذا سجّلت الدخول، فستذهب محادثاتك إلى هذه الخدمة، وستعرف هل أنت أمام هذا الكمبيوتر. ويمكنها أن ترن لديك وأن تعرض لك رسائل.
question-beware = لم يُرسل إليها شيء بعد. لا تسجّل الدخول إلا إذا أعطاك المسؤول هذا الرابط وكنت تعرف هذا العنوان.
question-no = عدم تسجيل الدخول
question-yes = تسجيل الدخول
question-working = جارٍ تسجيل الدخول…

## كيف تصدر الإشعارات صوتها على هذا الكمبيوتر

sound-off = الصوت متوقف على هذا الكمبيوتر: الإشعارات صامتة.
sound-bell = جرس
sound-soft = ناعم
sound-wood = خشب
