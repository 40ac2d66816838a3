"""Personal data in running text: what is of that kind, and what only looks like it."""

import pytest

from model.privacy import Kind, find_personal_data

NUMBERS = [
    ("身份证11010519491231002X。", Kind.IDENTITY_CARD, "11010519491231002X"),
    ("本人110105 19491231 002x反映", Kind.IDENTITY_CARD, "110105 19491231 002x"),
    ("号码620102196511030414", Kind.IDENTITY_CARD, "620102196511030414"),  # district since 1983
    ("老身份证110105491231002", Kind.IDENTITY_CARD, "110105491231002"),
    ("身份证号：110105194912310021", Kind.IDENTITY_CARD, "110105194912310021"),  # mistyped
    ("身份证11010519491231****", Kind.IDENTITY_CARD, "11010519491231"),  # half hidden
    ("残疾证11010519491231002X43", Kind.IDENTITY_CARD, "11010519491231002X43"),
    ("打13919281234找我", Kind.TELEPHONE, "13919281234"),
    ("我的电话：139-1928-1234。", Kind.TELEPHONE, "139-1928-1234"),
    ("+86 13919281234", Kind.TELEPHONE, "+86 13919281234"),
    ("固话0931-8465211转3", Kind.TELEPHONE, "0931-8465211"),
    ("（0931）8465211", Kind.TELEPHONE, "（0931）8465211"),
    ("座机8465211没人接", Kind.TELEPHONE, "8465211"),
    ("儿子在哈萨克斯坦+7 701 234 5678", Kind.TELEPHONE, "+7 701 234 5678"),
    ("卡号6222021234567890128", Kind.BANK_CARD, "6222021234567890128"),
    ("转到6222 0212 3456 7890 128上", Kind.BANK_CARD, "6222 0212 3456 7890 128"),
    ("工行账号2703 0001 0920 1234", Kind.BANK_CARD, "2703 0001 0920 1234"),
    ("车牌甘A12345闯红灯", Kind.PLATE, "甘A12345"),
    ("新能源甘A·D12345", Kind.PLATE, "甘A·D12345"),
    ("那辆甘a 8F2k6", Kind.PLATE, "甘a 8F2k6"),
    ("教练车甘A1234学", Kind.PLATE, "甘A1234学"),
    ("发到wang.li@example.com.cn", Kind.EMAIL, "wang.li@example.com.cn"),
    ("邮箱wangli(at)example.com", Kind.EMAIL, "wangli(at)example.com"),
    ("加我微信：lz_wang88", Kind.WECHAT, "lz_wang88"),
    ("vx wangli2020", Kind.WECHAT, "wangli2020"),
    ("QQ号是123456789", Kind.QQ, "123456789"),
    ("护照E12345678过期", Kind.TRAVEL_DOCUMENT, "E12345678"),
    ("港澳通行证C1234567D 号CA1234567", Kind.TRAVEL_DOCUMENT, "CA1234567"),
]
HOMES = [
    ("我住金色家园5栋2单元301室", "5栋2单元301室"),
    ("所购2幢1104室漏水", "2幢1104室"),
    ("棉纺厂家属楼，9号楼502，", "9号楼502"),
    ("粮站家属楼一单元一楼东户", "一单元一楼东户"),
    ("海玥府小区8-1-210的业主", "8-1-210"),
    ("户籍地：庆阳路120号", "120号"),
    ("马家庄三社15号", "15号"),
]


@pytest.mark.parametrize(("text", "kind", "found"), NUMBERS)
def test_a_number_is_found(text: str, kind: Kind, found: str) -> None:
    assert [(d.kind, text[d.start : d.end]) for d in find_personal_data(text)] == [(kind, found)]


@pytest.mark.parametrize(("text", "found"), HOMES)
def test_a_home_is_found(text: str, found: str) -> None:
    assert [(d.kind, text[d.start : d.end]) for d in find_personal_data(text)] == [
        (Kind.HOME, found)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "编号110105194912310021",  # wrong check character, and nobody calls it an identity card
        "打139****1234找我",  # hidden by the sender
        "订单20230209001234567890",  # longer than any kind
        "打12345和12309，或者110、4008123123",  # offices
        "编号6222021234567890129",  # fails Luhn
        "2019年10月22日罚了200000元",
        "（2023）甘0102刑初123号",
        "统一社会信用代码91620100MA71234567",  # a firm's, public
        "G30连霍高速，A4纸，5G信号",
        "微信转账20000元，微信群里发了",
        "QQ群里有人说",
        "护照被扣下了",
        "庆阳路120号门前积水",  # a street, and nobody's home is told
        "1栋到6栋顶层都漏，3号楼2单元门口",  # a building has many homes
        "政务大厅2号楼301办公室",
        "2023-5-12到12-5-2023",
        "两室一厅，三楼，五单元的群主",
    ],
)
def test_nothing_is_found(text: str) -> None:
    assert find_personal_data(text) == ()


def test_data_inside_other_data_is_reported_once() -> None:
    assert [d.kind for d in find_personal_data("QQ邮箱123456789@qq.com")] == [Kind.EMAIL]


@pytest.mark.parametrize("text", ["9" * 20_000, "1-" * 10_000, "a@" * 10_000, "我叫王" * 6_000])
def test_a_hostile_text_is_read_to_its_end(text: str) -> None:
    assert isinstance(find_personal_data(text), tuple)
