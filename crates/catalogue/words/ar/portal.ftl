# بوابتا الفنيين والعملاء.

## بوابة الفنيين

technician-automatic = تلقائي
technician-away = غائب
technician-away-for = غائب لمدة…
technician-span = { $minutes ->
    [60] ساعة واحدة
    [zero] { $minutes } دقيقة
    [one] دقيقة واحدة
    [two] دقيقتان
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقة
   *[other] { $minutes } دقيقة
}
technician-until-back = حتى عودتي
technician-away-span = { $minutes ->
    [60] غائب لمدة ساعة واحدة
    [zero] غائب لمدة { $minutes } دقيقة
    [one] غائب لمدة دقيقة واحدة
    [two] غائب لمدة دقيقتين
    [few] غائب لمدة { $minutes } دقائق
    [many] غائب لمدة { $minutes } دقيقة
   *[other] غائب لمدة { $minutes } دقيقة
}
technician-away-back = غائب حتى عودتي
technician-sign-out = تسجيل الخروج هنا
technician-sign-out-app = تسجيل الخروج على هذا الكمبيوتر
technician-own-menu = { $name }، { $state }. قائمتك
technician-skip = الانتقال إلى المحادثة
technician-keys = المفاتيح
technician-more = المزيد
technician-back = رجوع إلى { $list }
technician-close-people = إغلاق الأشخاص
technician-late = متأخر
technician-silenced = صامت لديك
technician-dismiss-whom = { $label }: { $name }
technician-with = مع { $names }
technician-tab-waiting = في الانتظار
technician-tab-mine = محادثاتي
technician-tab-team = الفريق
technician-tab-callbacks = معاودة الاتصال
technician-tab-missed = طلبات فائتة
technician-lists = الطلبات والمحادثات
technician-join = انضمام
technician-invite = دعوة
technician-invite-whom = دعوة { $name } إلى محادثة
technician-invited = تمت الدعوة، بقي { $left }
technician-awaiting = أُرسلت الدعوة إلى { $name } ولم يصل رد بعد.
technician-left = بقي { $left } للرد
technician-take-back = سحب الدعوة
technician-join-too = انضمام أيضًا
technician-hand-over = تسليم
technician-hand-over-to = تسليم إلى
technician-everybody = الجميع
technician-hand-over-note = ما ينبغي أن يعرفه من يستلم (اختياري)
technician-offer = عرض
technician-keep = الاحتفاظ بالمحادثة
technician-hands-over = يعرض { $name } تسليم هذه المحادثة.
technician-offered = عُرضت على { $name }. ستبقى فيها حتى ينضم أحد.
technician-offered-all = عُرضت على الجميع. ستبقى فيها حتى ينضم أحد.
technician-not-taken-over = لم تنتقل هذه المحادثة إلى { $name }. ما زالت لديك.
technician-nobody-took-over = لم يستلم أحد هذه المحادثة. ما زالت لديك.
technician-taken-over = استلم { $name } المحادثة مع { $client }.
technician-not-now = ليس الآن
technician-dismiss = إسكات
technician-dismissed = صامت لديك؛ الطلب ما زال في الانتظار.
technician-joining = سيتم الانضمام عند عودة الاتصال…
technician-none-waiting = لا أحد في الانتظار.
technician-none-mine = لست في أي محادثة.
technician-none-team = لا أحد غيرك في محادثة.
technician-none-callbacks = لم يطلب أحد معاودة الاتصال.
technician-none-missed = لا طلبات فائتة.
technician-older = { $count ->
    [zero] عرض الأقدم ({ $count })
    [one] عرض الأقدم (طلب فائت واحد أو معاودة اتصال واحدة)
    [two] عرض الأقدم (اثنان من الطلبات الفائتة ومعاودات الاتصال)
    [few] عرض الأقدم ({ $count } من الطلبات الفائتة ومعاودات الاتصال)
    [many] عرض الأقدم ({ $count } من الطلبات الفائتة ومعاودات الاتصال)
   *[other] عرض الأقدم ({ $count } من الطلبات الفائتة ومعاودات الاتصال)
}
reference = #{ $reference }
technician-needs-help = { $who } بحاجة إلى مساعدة: { $about }
technician-need-help = { $count ->
    [zero] لا طلبات في الانتظار.
    [one] طلب واحد في الانتظار.
    [two] طلبان في الانتظار.
    [few] { $count } طلبات في الانتظار.
    [many] { $count } طلبًا في الانتظار.
   *[other] { $count } طلب في الانتظار.
}
technician-was-with = { $messages ->
    [0] كانت مع { $name }.
    [zero] كانت مع { $name }، { $messages } رسالة.
    [one] كانت مع { $name }، رسالة واحدة.
    [two] كانت مع { $name }، رسالتان.
    [few] كانت مع { $name }، { $messages } رسائل.
    [many] كانت مع { $name }، { $messages } رسالة.
   *[other] كانت مع { $name }، { $messages } رسالة.
}
technician-notes = { $count ->
    [0] ملاحظات داخلية
    [zero] ملاحظات داخلية ({ $count })
    [one] ملاحظات داخلية ({ $count })
    [two] ملاحظات داخلية ({ $count })
    [few] ملاحظات داخلية ({ $count })
    [many] ملاحظات داخلية ({ $count })
   *[other] ملاحظات داخلية ({ $count })
}
technician-private-note = ملاحظة للفنيين
technician-add-note = إضافة ملاحظة
technician-not-invited-never = لم يسجّل { $client } الدخول من قبل؛ لم تُرسل الدعوة.
technician-write-note = كتابة ملاحظة داخلية
technician-only-technicians = لا يرى هذا إلا الفنيون
technician-is-private = ملاحظة داخلية، لا يراها إلا الفنيون
technician-private-by = ملاحظة داخلية من { $name }، { $time }. لا يراها إلا الفنيون.
technician-reply-instead = الرد بدلاً من ذلك
technician-completed = اكتملت: { $client }.
technician-undo = تراجع
technician-complete = إكمال
technician-note = ما تم إنجازه
technician-note-optional = ما تم إنجازه (اختياري)
technician-cancel = إلغاء
technician-leave = مغادرة
technician-nothing-open = انضم إلى طلب أو اختر محادثة.
technician-nothing-open-keys = اضغط { $keys } للبحث عن الأشخاص والمحادثات وما قيل فيها.
technician-looking = جارٍ البحث عن هذه المحادثة…
technician-unknown-over = انتهت هذه المحادثة.
technician-unknown = لا توجد محادثة كهذه، أو لا يُسمح لك برؤيتها.
technician-asked-to-be-called = طلب معاودة اتصال
technician-call = اتصال
technician-copy = نسخ
technician-copied = تم النسخ
technician-not-copied = لم يسمح هذا المتصفح بالنسخ. حدّد الرقم وانسخه بنفسك.
technician-asked = وقت الطلب
technician-find = البحث عن أشخاص
technician-technicians = الفنيون
technician-no-company = العملاء
technician-you-are = أنت: { $state }
technician-whom = من يُعرض
technician-everyone = الكل
technician-in-chat = في محادثة
technician-nobody-online = لا أحد متصل.
technician-nobody-found-online = لا أحد متصل بهذا الاسم.
technician-nobody-found = لا أحد بهذا الاسم.
technician-people = الأشخاص
technician-conversation = المحادثة
technician-waited = مدة الانتظار:

## الإشعارات، وما تقوله الصفحة عنها

bell-needs-help = { $who } بحاجة إلى مساعدة
bell-waiting = { $about } · في الانتظار { $waited }
bell-waiting-again = { $messages ->
    [0] { $about } · كانت مع { $name } · في الانتظار { $waited }
    [zero] { $about } · كانت مع { $name }، { $messages } رسالة · في الانتظار { $waited }
    [one] { $about } · كانت مع { $name }، رسالة واحدة · في الانتظار { $waited }
    [two] { $about } · كانت مع { $name }، رسالتان · في الانتظار { $waited }
    [few] { $about } · كانت مع { $name }، { $messages } رسائل · في الانتظار { $waited }
    [many] { $about } · كانت مع { $name }، { $messages } رسالة · في الانتظار { $waited }
   *[other] { $about } · كانت مع { $name }، { $messages } رسالة · في الانتظار { $waited }
}
bell-awaits-answer = { $who } في انتظار ردك
bell-open = فتح
bell-several = في الانتظار: { NUMBER($count) }، أطول مدة { $longest }
bell-several-where = كلها في القائمة.
bell-join = انضمام
bell-dismiss = إسكات
bell-join-longest = انضمام إلى الأطول انتظارًا
bell-waits-again = نبحث لك عن شخص آخر.
bell-accept = قبول
bell-not-now = ليس الآن
bell-hands-over = يعرض { $name } تسليم المحادثة مع { $who }
bell-not-taken-over = لم تنتقل المحادثة مع { $client } إلى { $name }. ما زالت لديك.
bell-nobody-took-over = لم يستلم أحد المحادثة مع { $client }. ما زالت لديك.
bell-ended = انتهت المحادثة.
bell-allow = السماح بالإشعارات
bell-sound = الصوت
bell-sound-on = تشغيل صوت
bell-volume = مستوى الصوت
bell-percent = { NUMBER($volume) } بالمئة
bell-test = تجربة
bell-test-title = هذه تجربة
bell-test-body = هكذا تظهر الإشعارات، وهكذا صوتها.
bell-off = لقد أوقفت الصوت، لذلك فالإشعارات صامتة.
bell-mute = لا يشغّل المتصفح الصوت قبل أن تنقر على هذه الصفحة. وحتى ذلك الحين تصدر الإشعارات صوت نظامك إن وُجد.

# للفنيين، تحت الطلبات المنتظرة
bell-here = يرنّ هنا
bell-here-silent = يظهر هنا بلا صوت
bell-elsewhere = يرنّ على جهاز آخر لك
bell-in-app = التطبيق يرنّ
bell-not-here = لا يرنّ هنا
bell-where = أين ترنّ الطلبات
bell-technician-app = تظهر الطلبات هنا، ويرن تطبيق Deskbell ما دمت متصلًا أو غائبًا.
bell-technician-rings = تظهر الطلبات هنا وترن في هذا المتصفح ما دمت متصلًا أو غائبًا.
bell-technician-ask = تظهر الطلبات هنا. لكنها لا ترن في هذا المتصفح بعد.
bell-technician-denied = تظهر الطلبات هنا لكنها لا ترن: هذا المتصفح مضبوط على حظر الإشعارات من هذه الصفحة. اسمح بها لهذا العنوان في إعدادات المتصفح.
bell-technician-unsupported = تظهر الطلبات هنا لكنها لا ترن: لا يستطيع هذا المتصفح عرض إشعارات من هذه الصفحة. أبقها أمام عينيك، أو استخدم تطبيق Deskbell على كمبيوتر.
bell-technician-failed = تظهر الطلبات هنا لكنها لا ترن: لم يشغّل هذا المتصفح جزء الصفحة الذي يعرض الإشعارات. أعد تحميل الصفحة للمحاولة مرة أخرى.

# للعملاء الذين يسألون أو ينتظرون
bell-client-rings = يخبرك هذا المتصفح عندما ينضم أحد أو يكتب أو يدعوك.
bell-client-ask = يمكن أن يخبرك إشعار عندما ينضم أحد أو يكتب أو يدعوك.
bell-client-denied = يحظر هذا المتصفح الإشعارات من هذه الصفحة. أبقها أمام عينيك أثناء الانتظار.
bell-client-unsupported = لا يستطيع هذا المتصفح عرض إشعارات من هذه الصفحة. أبقها أمام عينيك أثناء الانتظار.

## بجانب المحادثة: عن عميلها

details-title = التفاصيل
details-close = إغلاق التفاصيل
details-of = تفاصيل { $name }
details-beside = بجانب المحادثة
details-gone = أُزيل أو أُوقف
details-online = متصل منذ { $since }
details-then = آخر ما عُرف ({ $time }): { $presence }
details-only-online = يمكنك دعوة الأشخاص وهم متصلون.
details-in-chat = في هذه المحادثة
details-joined = منذ { $time }
details-earlier = المحادثات السابقة
details-none = لا توجد محادثات سابقة.
details-nobody = لم ينضم أحد
details-said = { $messages ->
    [0] { $names }، بلا رسائل
    [zero] { $names }، { $messages } رسالة
    [one] { $names }، رسالة واحدة
    [two] { $names }، رسالتان
    [few] { $names }، { $messages } رسائل
    [many] { $names }، { $messages } رسالة
   *[other] { $names }، { $messages } رسالة
}
details-all = عرض الكل في السجل

## البحث والانتقال والتنفيذ

palette-title = البحث أو الانتقال إلى…
palette-hint = أشخاص ومحادثات وإجراءات وكلمات من محادثات سابقة
palette-found = النتائج
palette-count = { $count ->
    [zero] لا نتائج
    [one] نتيجة واحدة
    [two] نتيجتان
    [few] { $count } نتائج
    [many] { $count } نتيجة
   *[other] { $count } نتيجة
}
palette-chats = المحادثات
palette-do = الإجراءات
palette-search-history = البحث في السجل عن «{ $words }»
palette-join = الانضمام إلى المحادثة مع { $client }
palette-dismiss = إسكات طلب { $client }
palette-not-now = ليس الآن: المحادثة مع { $client }
palette-join-too = الانضمام أيضًا إلى المحادثة مع { $client }
palette-reply = الرد على { $client }
palette-note = كتابة ملاحظة داخلية في المحادثة مع { $client }
palette-hand-over = تسليم المحادثة مع { $client }…
palette-keep = الاحتفاظ بالمحادثة مع { $client }
palette-complete = إكمال المحادثة مع { $client }…
palette-leave = مغادرة المحادثة مع { $client }
palette-take-back = سحب الدعوة الموجهة إلى { $client }
palette-details = تفاصيل { $client }
palette-person-open = { $presence } · فتح المحادثة
palette-person-invite = { $presence } · دعوة
palette-person-earlier = { $presence } · المحادثات السابقة
palette-undo = تراجع: إكمال المحادثة مع { $client }
palette-keys = عرض كل المفاتيح
palette-sound-on = تشغيل الصوت
palette-sound-off = إيقاف الصوت
palette-test-sound = تجربة الصوت والإشعار
palette-language = اللغة: { $language }

## سجل الفنيين: المحادثات المكتملة

history-title = السجل
history-search = كلمات أو أسماء أو شركات أو تذاكر
history-of = المحادثات مع { $name } فقط
history-everybody = الجميع
history-nothing = لا نتائج. جرّب كلمات أقل أو بداية كلمة. لا يشمل البحث الملاحظات الداخلية.
history-none-with = لم تكتمل أي محادثة مع { $name } بعد، أو انتهت المدة التي تحتفظ بها المؤسسة بالمحادثات. اختر «الجميع» لعرض محادثات أخرى.
history-empty = لم تكتمل أي محادثة بعد. تظهر المحادثات المكتملة هنا إلى أن تنتهي مدة الاحتفاظ بها.
history-older = عرض محادثات أقدم
history-found = { $count ->
    [zero] { $count } محادثة
    [one] محادثة واحدة
    [two] محادثتان
    [few] { $count } محادثات
    [many] { $count } محادثة
   *[other] { $count } محادثة
}
history-found-more = أحدث { NUMBER($count) } من المحادثات
history-choose = اختر محادثة لقراءتها. يمكنك نسخ كل محادثة أو تنزيلها.
history-loading = جارٍ التحميل…
history-failed = تعذّر تحميل السجل: لا رد من الخدمة. تحقّق من اتصالك ثم أعد المحاولة.
history-again = إعادة المحاولة
history-earlier = المحادثات السابقة مع { $name }
history-open = فتحها في السجل
history-copy = نسخ
history-copied = نُسخت المحادثة.
history-not-copied = تعذّر نسخ المحادثة. نزّلها نصًا بدلًا من ذلك.
history-text = تنزيل كنص
history-json = تنزيل بصيغة JSON
history-with-notes = مع الملاحظات الداخلية
history-nothing-said = لم يكتب أحد شيئًا في هذه المحادثة.
history-not-whole = في المحادثة رسائل أكثر مما يمكن عرضه هنا.
history-completed = أكملها { $name }، { $time }
history-completed-itself = أكملتها الخدمة، { $time }
history-abandoned = غادر { $name } قبل أن ينضم أحد.

## مفاتيح بوابة الفنيين: وظيفة كل منها

keys-title = المفاتيح
keys-close = إغلاق
keys-single = تفعيل المفاتيح المفردة
keys-lists = القوائم
keys-go-to = الانتقال إلى
keys-in-chat = في المحادثة
keys-anywhere = في كل مكان
keys-down = لأسفل
keys-up = لأعلى
keys-open = فتح
keys-move = تنقّل
keys-reply = رد
keys-note = ملاحظة داخلية
keys-send = إرسال
keys-new-line = سطر جديد
keys-pane = الجزء التالي
keys-preference = غائب أو تلقائي
keys-these = هذه المفاتيح
# المكتوب على المفاتيح
keys-enter = Enter
keys-ctrl = Ctrl
keys-shift = Shift
keys-escape = Esc

## الردود الجاهزة

replies-title = الردود الجاهزة
replies-matching = الردود الجاهزة لـ «{ $typed }»
replies-count = { $count ->
    [zero] لا ردود جاهزة
    [one] رد جاهز واحد
    [two] ردان جاهزان
    [few] { $count } ردود جاهزة
    [many] { $count } ردًا جاهزًا
   *[other] { $count } رد جاهز
}
replies-own = لك
replies-none = لا توجد ردود جاهزة بعد. اكتب واحدًا
replies-manage = إدارة الردود
replies-choose = اختيار
replies-no-room = لا يوجد متسع لهذا: للرسالة { NUMBER($longest) } حرف على الأكثر.
replies-explained = اكتب / في سطر فارغ من الرسالة لاختيار رد.
replies-cut = لا يوجد اتصال. يمكن تغيير الردود الجاهزة عند عودة الاتصال.
replies-yours = ردودك
replies-of-organisation = للجميع في { $organisation }
replies-none-own = ليس لديك أي منها بعد. أنت وحدك ترى الردود التي تضيفها هنا.
replies-none-of-organisation = لا يوجد أي منها بعد. يضيفها المسؤول لديك.
replies-full = لديك { NUMBER($most) }، وهو الحد الأقصى. أزل واحدًا لإضافة آخر.
replies-add = رد جديد
replies-edit = تغيير الرد { $name }
replies-change = تغيير
replies-remove = إزالة
replies-remove-named = إزالة الرد { $name }
replies-removed = تمت إزالة { $name }.
replies-name = اسم قصير
replies-text = النص
replies-save = حفظ

## المحادثة

talk-write = اكتب إلى { $name }…
talk-message = رسالة
talk-send = إرسال
talk-sending = جارٍ الإرسال…
talk-kept = لم تُرسل بعد. ستُرسل عند عودة الاتصال.
talk-sent = أُرسلت { $time }
talk-kept-there = محفوظة، وستظهر عند وجود أحد
talk-kept-there-for = محفوظة، وستظهر عند عودة { $name }
talk-delivered = وصلت { $time }
talk-seen = شوهدت
talk-writing = { $count ->
    [zero] لا أحد يكتب
    [one] { $names } يكتب الآن…
    [two] { $names } يكتبان الآن…
    [few] { $names } يكتبون الآن…
    [many] { $names } يكتبون الآن…
   *[other] { $names } يكتبون الآن…
}
talk-joined = انضم { $name } في { $time }
talk-left = غادر { $name } في { $time }
talk-ended = انتهت المحادثة في { $time }
talk-begun = { $time } · { $about }
talk-below = رسائل جديدة في الأسفل
talk-you = أنت
talk-fresh = { NUMBER($count) } جديد
talk-by = { $name }، { $time }
talk-log = المحادثة
talk-said = { $name }: { $text }

## الملفات في المحادثات

file-attach = إرفاق ملفات
file-list = ملفات للإرسال
file-drop = أفلت الملفات لإرفاقها
file-sending = جارٍ الإرسال، { NUMBER($percent) } ٪
file-sending-last = جارٍ الإرسال…
file-progress = جارٍ إرسال { $name }
file-kept = لم يُرسل بعد. سيُرسل عند عودة الاتصال.
file-no-answer = لم يُرسل بعد: الخدمة لا تجيب. ستُعاد المحاولة.
file-refused-for-now = { $why } لا حاجة إلى أن تفعل شيئًا: تعيد هذه الصفحة المحاولة تلقائيًا.
file-retry = حاول مرة أخرى
file-cancel = إيقاف إرسال { $name }
file-remove = إزالة { $name }
file-empty = هذا الملف فارغ.
file-too-large = الحد الأقصى لحجم الملف { NUMBER($mebibytes) } ميبيبايت. أرسل جزءًا منه.
file-too-many = { $count ->
    [zero] لا يمكن إرسال ملفات الآن. أرسل هذه أولًا.
    [one] يُرسل ملف واحد على الأكثر دفعة واحدة. أرسل هذا أولًا.
    [two] يُرسل ملفان على الأكثر دفعة واحدة. أرسل هذين أولًا.
    [few] تُرسل { $count } ملفات على الأكثر دفعة واحدة. أرسل هذه أولًا.
    [many] يُرسل { $count } ملفًا على الأكثر دفعة واحدة. أرسل هذه أولًا.
   *[other] يُرسل { $count } ملف على الأكثر دفعة واحدة. أرسل هذه أولًا.
}
file-unreadable = لا يمكن قراءة هذا الملف. ربما نُقل، أو أنه مجلد.
file-open = فتح { $name }
file-not-loaded = تعذّر تحميل الصورة.
file-load-again = تحميل مرة أخرى
file-load-again-which = تحميل مرة أخرى: { $name }
file-download = تنزيل
file-save = { $size } · تنزيل
file-close = إغلاق
file-saved = حُفظ { $name } في مجلد التنزيلات.
file-not-saved = تعذّر حفظ { $name }. تحقق من إمكان الكتابة في مجلد التنزيلات ومن وجود مساحة على القرص.
file-unnamed = الملف
file-sent = ملف: { $name }
file-sent-picture = صورة

## بوابة العملاء

client-staffed = هناك من يستقبل الطلبات
client-unstaffed = لا أحد يستقبل الطلبات الآن
client-kept = طلبك محفوظ
client-no-link = لا يوجد اتصال
client-invitation = يرغب { $name } من { $organisation } في محادثتك
client-accept = قبول
client-not-now = ليس الآن
client-chats = محادثاتك
client-new-chat = طلب جديد
client-no-chats = ليست لديك محادثات مفتوحة.
client-ask-short = طلب
client-unread = جديد
client-skip = الانتقال إلى المحادثة
client-language = اللغة
client-sign-out = تسجيل الخروج هنا
client-sign-out-app = تسجيل الخروج على هذا الكمبيوتر
client-with = مع { $names }
client-waiting = في الانتظار
client-called = سنتصل بك
client-over = انتهت
client-back = رجوع إلى محادثاتك
client-unknown = انتهت هذه المحادثة، أو لا توجد محادثة كهذه.
client-looking = جارٍ البحث عن هذه المحادثة…
client-ask = كيف يمكننا مساعدتك؟
client-subject = ما الموضوع؟
client-reference = رقم التذكرة، إن وُجد
client-ask-button = طلب محادثة
client-reachable = يمكن الوصول إليك ما دمت متصلًا. إغلاق هذه الصفحة يجعلك غير متصل.
client-reachable-app = يمكن الوصول إليك ما دمت متصلًا. إغلاق هذه النافذة يجعلك غير متصل.
client-finding = نبحث لك عن أحد.
client-finding-other = نبحث لك عن شخص آخر.
client-nobody = لا أحد يستقبل الطلبات الآن.
client-call-me = اتصلوا بي
client-phone = رقم هاتفك
client-call-note = هل هناك ما ينبغي أن نعرفه؟ (اختياري)
client-ask-call = طلب معاودة الاتصال
client-wait-on = مواصلة الانتظار
client-leave = مغادرة
client-end-ask = إنهاء هذه المحادثة؟
client-end = إنهاء المحادثة
client-stay = بقاء
client-ended = انتهت المحادثة.
client-missed = انتهى هذا الطلب قبل أن ينضم أحد.
client-again = إعادة الطلب
client-will-call = سنتصل بك.
# يتبعها رقم هاتف على شكل رابط.
client-will-call-at = سنتصل بك على الرقم:
client-waited = مدة انتظارك:
client-bad-phone = يحتوي رقم الهاتف على أرقام، مثل +971 4 555 0100.
client-earlier = المحادثات السابقة
client-older = { $count ->
    [zero] عرض الأقدم ({ $count })
    [one] عرض الأقدم (واحدة أخرى)
    [two] عرض الأقدم (اثنتان أخريان)
    [few] عرض الأقدم ({ $count } أخرى)
    [many] عرض الأقدم ({ $count } أخرى)
   *[other] عرض الأقدم ({ $count } أخرى)
}
client-change-callback = تغيير
client-cancel-callback = إلغاء معاودة الاتصال
client-save = حفظ
client-keep-callback = الإبقاء كما هو
client-in-line = { $ahead ->
    [0] دورك هو التالي.
    [1] أمامك طلب واحد.
    [zero] دورك هو التالي.
    [one] أمامك طلب واحد.
    [two] أمامك طلبان.
    [few] أمامك { $ahead } طلبات.
    [many] أمامك { $ahead } طلبًا.
   *[other] أمامك { $ahead } طلب.
}
client-ended-with = { $at }، مع { $names }
client-ended-alone = { $at }، لم ينضم أحد

## تسجيل الدخول والخروج

sign-in-title = تسجيل الدخول إلى Deskbell
sign-in-refused-title = لا يمكن تسجيل دخولك بهذا الرابط
sign-in-what = يسجّل هذا الرابط دخول هذا المتصفح. وهو يعمل مرة واحدة.
sign-in-button = تسجيل الدخول
sign-in-working = جارٍ تسجيل الدخول…
sign-in-no-secret = رابط تسجيل الدخول هذا غير مكتمل. افتح الرابط مرة أخرى، أو اطلب رابطًا جديدًا من المسؤول.
sign-in-no-answer = لا رد من الخدمة. تحقق من الاتصال ثم حاول مرة أخرى: ما زال الرابط صالحًا.
sign-in-out = لقد سُجّل خروجك هنا. افتح رابط تسجيل الدخول الخاص بك، أو اطلب رابطًا جديدًا من المسؤول.
sign-in-out-app = لقد سُجّل خروجك على هذا الكمبيوتر. اطلب من المسؤول رابط تسجيل دخول، ثم افتحه هنا.
sign-in-out-title = تم تسجيل الخروج
sign-in-code-title = هل تريد استخدام تسجيل دخول أحد التطبيقات هنا؟
sign-in-code = يريد رابط أن يسجّل دخول هذا المتصفح بتسجيل دخول تطبيق Deskbell بدلًا من تسجيل دخوله هو. لا تتابع إلا إذا كنت قد فتحت البوابة من التطبيق بنفسك للتو.
sign-in-code-no = عدم استخدامه
sign-in-code-yes = استخدامه
sign-in-insecure-title = هذا العنوان غير آمن
sign-in-insecure = لا تشغّل المتصفحات هذه الصفحة إلا إذا فُتحت عبر https. اطلب من المسؤول العنوان الذي يبدأ بـ https.
sign-in-leave-title = تسجيل الخروج هنا؟
sign-in-leave = سينساك هذا المتصفح. وللعودة ستحتاج إلى رابط تسجيل دخول جديد من المسؤول.
sign-in-leave-app = سينساك هذا الكمبيوتر. وللعودة ستحتاج إلى رابط تسجيل دخول جديد من المسؤول.
sign-in-leave-later = لا يوجد اتصال: سجّل الخروج عند عودة الاتصال.
sign-in-stay = البقاء مسجّلًا
sign-in-sign-out = تسجيل الخروج
sign-in-stopped = فُتحت هذه الصفحة في مكان آخر، فتوقفت هنا. أعد تحميلها للمتابعة هنا.
sign-in-stopped-title = متوقفة
sign-in-part = تعذر تحميل جزء من هذه الصفحة. تحقق من الشبكة ثم أعد تحميل الصفحة.
sign-in-part-title = لم يُحمَّل
sign-in-reload = إعادة التحميل
sign-in-connecting = جارٍ الاتصال…
sign-in-no-answer-yet = لا رد من الخدمة بعد. تواصل هذه الصفحة المحاولة.

## ما رفضته الخدمة، حسب رمز ردها

refused-not-allowed = لا يمكنك القيام بذلك هنا.
refused-taken = انضم شخص آخر قبلك.
refused-taken-by = انضم { $name } قبلك.
refused-not-found = هذه المحادثة غير موجودة. ربما انتهت؛ راجع القائمة.
refused-over = انتهت هذه المحادثة. لم يعد بالإمكان فعل شيء فيها.
refused-already-active = هذا موجود بالفعل: محادثة مفتوحة أو دعوة لم يُردّ عليها. افتح المحادثة أو انتظر الرد.
refused-too-many = بلغ العدد الحد الأقصى. أنهِ واحدًا منها أو أزله، ثم حاول مرة أخرى.
refused-invalid = هناك قيمة طويلة جدًا أو ناقصة. صحّحها ثم حاول مرة أخرى.
refused-unknown = لا تعرف الخدمة هذا بعد. يجب تحديث الخدمة.
refused-note-needed = لم يتحدث أحد مع العميل. اكتب ملاحظة بما تم إنجازه، ثم أكمل.
refused-nobody-stays = لن يبقى أي فني آخر مع العميل. أكمل المحادثة بدلًا من ذلك.
refused-cannot-take-over = هذا الفني غير متصل أو موجود في المحادثة بالفعل. اختر شخصًا آخر، أو اعرضها على الجميع.
refused-too-late = فات الأوان للتراجع عن ذلك. للتحدث مع العميل مرة أخرى، أرسل دعوة.
refused-client-away = العميل غائب، لذلك لم تُرسل الدعوة. يمكنك إرسالها عندما يكون متصلًا.
refused-client-offline = العميل غير متصل، لذلك لم تُرسل الدعوة. يمكنك إرسالها عندما يكون متصلًا.
refused-rate-limited = الكثير دفعة واحدة. انتظر قليلًا ثم حاول مرة أخرى.
refused-busy = لم تستطع الخدمة تخزين هذا الآن، فلم يتم. حاول مرة أخرى.
