"""The forms at the door."""

from markupsafe import Markup

from serving.dashboard.form_page import Field, Form

_DIGITS = Markup('inputmode="numeric" maxlength="6" pattern="[0-9]*"')

LOGIN = Form(
    "分诊", "兰州检察 · 群众线索复核", "登录",
    (
        Field("用户名", "username", "text", "username", Markup("required autofocus")),
        Field("密码", "password", complete="current-password"),
        Field("动态口令（开通两步验证的账号填写）", "code", "text", "one-time-code", _DIGITS),
    ),
)  # fmt: skip
PASSWORD = Form(
    "修改密码", "修改后请用新密码重新登录", "修改",
    (
        Field("现在的密码", "old", complete="current-password"),
        Field("新密码", "password", complete="new-password"),
        Field("再输入一次新密码", "again", complete="new-password"),
    ),
)  # fmt: skip


def second_factor_form(secret: str, uri: str) -> Form:
    """``secret`` is typed into the telephone, or ``uri`` opened on it."""
    grouped = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    lead = Markup(
        "在手机的验证器中选“手动输入密钥”，账号随意，类型选“基于时间”，输入下面的密钥；"
        '再填写手机显示的六位数字。密钥只显示这一次。<br><br><b class="figures">{}</b><br>'
        '<a href="{}">在本机的验证器中打开</a>'
    ).format(grouped, uri)
    field = Field("手机显示的六位数字", "code", "text", "one-time-code",
                  Markup("required autofocus ") + _DIGITS)  # fmt: skip
    return Form("开通两步验证", lead, "开通", (field,), (("secret", secret),))
