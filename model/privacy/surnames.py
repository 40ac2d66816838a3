"""Surnames of the mainland, and what may not stand where a name is expected.

Single and compound surnames of 《百家姓》 (Song, as commonly printed), the hundred most frequent of
the Ministry of Public Security's name report of 2020, and surnames at home in Gansu (the Hui,
Dongxiang, Salar and Bonan among them).
"""


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


SINGLE = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛"
    "奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康"
    "伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵"
    "席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗"
    "丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫"
    "乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印"
    "宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛"
    "寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国"
    "文寇广禄阙东欧殳沃利蔚越夔隆巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后"
    "荆红游竺权逯盖益桓公肖闫付涂岳帅缑亢况有琴商牟佘佴伯赏墨哈谯笪年爱阳佟言福冶妥仝苟拜喇撒"
    "海者虎丑折撖母豆慈旦脱漆火靖鄢雒颉把朵晋鲜朝"
)
COMPOUND = _listed(
    "万俟 司马 上官 欧阳 夏侯 诸葛 闻人 东方 赫连 皇甫 尉迟 公羊 澹台 公冶 宗政 濮阳 "
    "淳于 单于 太叔 申屠 公孙 仲孙 轩辕 令狐 钟离 宇文 长孙 慕容 鲜于 闾丘 司徒 司空 "
    "亓官 司寇 端木 拓跋 独孤 南宫 呼延"
)
ALSO_WORDS = frozenset(
    "和都能向从有时相后应经别全家越双通边查连单成关万常方平还因由年须国公空东利步终居容充却习"
    "满文爱言福那水花计干解房车农把海者火红养商朝只当支劳赏过"
)
"""Surnames that are also common words: believed only where the words before leave no doubt."""

MOSTLY_SURNAMES = frozenset(
    "李王张刘陈杨赵吴徐孙胡朱郭罗梁宋郑谢韩唐冯董萧曹袁邓傅沈彭吕苏卢蒋蔡贾丁魏薛阎潘杜汪姜"
    "范姚谭廖邹郝崔邱秦孟邵尹黎贺龚祁冶仝缑妥苟裴岳俞肖闫"
)
"""Surnames that seldom begin any other word: what they begin is a name unless listed next."""
COMMON_WORDS = frozenset(
    _listed(
        "孙子 孙女 孙儿 孙媳 外孙 岳父 岳母 岳家 谢谢 谢罪 谢绝 谢意 谢天 王国 王室 王家 "
        "王位 王者 王牌 王府 王八 王法 张口 张开 张贴 张罗 张扬 张望 张嘴 李子 李树 刘海 "
        "陈述 陈旧 陈列 陈年 陈设 陈情 赵家 徐徐 胡乱 胡说 胡子 胡闹 胡同 胡扯 胡须 胡编 "
        "朱红 罗列 罗网 罗嗦 梁子 梁上 宋代 宋朝 郑重 郑州 韩国 韩语 韩元 唐代 唐朝 唐突 "
        "董事 董家 吕剧 苏醒 苏州 苏打 苏联 丁字 丁香 丁点 阎王 杜绝 杜鹃 杜撰 汪洋 姜汤 "
        "秦岭 秦安 秦腔 秦州 孟家 黎明 黎族 贺词 贺卡 贺礼 贺电 祁连 冶金 冶炼 妥善 妥当 "
        "妥协 妥妥 苟且 苟同 肖像 范围 范例 范本 范式 吴家 杨树 杨柳 彭家 潘家 袁家 蔡家 "
        "崔家 张掖 张家 王家庄 罗威 罗培 梁头 张纸 张图 陈皮 徐州 董事会 董事长 冶炼厂 "
        "郑州市 韩国人 孙媳妇 孙女儿 秦安县 养老 范城 岳教 秦简"
    )
)

FUNCTION_WORDS = frozenset(
    "的了是在也就又这那我你他她它们个说吗呢吧啊呀么什哪谁没不很太都还只但而且或及与之其某称"
)
"""In no name at all."""
NOT_FIRST = FUNCTION_WORDS | frozenset(
    "，。被给让和到去来过有为想要从对把向将已能会可以因如所于用做打看问拿叫等里上下中前后"
    "一二三四五六七八九十两几多着挂"
)
"""Never the first character of a given name."""
NOT_LAST = FUNCTION_WORDS | frozenset(
    "，。被给让和到去来过有为想要从对把向将已能会可因所于用做打看问拿叫等住系故现今因并却则"
    "区县镇乡省户籍族员者班厂校局处委部"
)
"""Never the last of a given name of two: it begins what follows instead, or ends another word."""
TITLES = _listed(
    "先生 女士 大人 博士 教授 老师 老板 主任 校长 园长 院长 所长 局长 处长 科长 厅长 "
    "市长 县长 区长 镇长 乡长 村长 社长 站长 队长 班长 厂长 店长 部长 组长 书记 经理 总 "
    "法官 检察 警官 警察 律师 医生 大夫 护士 教练 师傅 会计 同志 同学 小姐 大姐 大哥 "
    "大爷 大妈 大叔 大娘 阿姨 叔叔 爷爷 奶奶 老汉 老头 老太 老爷 家 姓 氏 某 民警 副 工 "
    "哥 姐 叔 婶 姨 娃 干警 干部 庭长 秘书 司机 村 镇 县 区 市 路 街 乡 庄 湾 沟"
)
"""What follows a surname without a given name; such a mention identifies nobody and stays."""
