"""The audit in a table: who did what to which, and the hashes that hold it together."""

import json
from collections.abc import Iterable, Mapping

from markupsafe import Markup

from serving.acts.reasons import (
    CORRECTION_REASONS,
    HOLD_REASONS,
    RELEASE_REASONS,
    RETURN_REASONS,
    UNMASK_REASONS,
)
from serving.audit_chain import Link
from serving.dashboard.views.moments import at_minute
from serving.dashboard.views.names import STATES, Names, person

ACTIONS: Mapping[str, str] = {
    "claim": "领取", "release": "放回", "review.": "复核（各种）", "review.confirm": "确认",
    "review.correct": "更正", "review.return": "退回", "review.second_look": "请人再看",
    "review.withdraw": "撤销", "unmask": "查看原文", "login": "登录", "logout": "退出",
    "password.change": "修改密码", "totp.enrol": "绑定动态口令",
    "user.": "用户管理（各种）", "user.add": "新增用户", "user.password": "重设密码",
    "user.role": "改角色", "user.disable": "停用用户",
    "apikey.": "接口密钥（各种）", "apikey.add": "签发接口密钥", "apikey.rotate": "更换接口密钥",
    "apikey.revoke": "吊销接口密钥", "key.rotate": "更换加密密钥",
    "webhook.": "推送地址（各种）", "webhook.add": "新增推送地址",
    "webhook.disable": "停用推送地址", "webhook.retry": "重新推送",
    "export": "导出", "job.add": "提交批量任务",
    "model.": "更换模型（各种）", "model.use": "选用模型", "model.rollback": "退回模型",
    "purge": "到期清除", "hold.": "保留（各种）", "hold.set": "标记保留",
    "hold.release": "解除保留",
}  # fmt: skip
OUTCOMES: Mapping[str, str] = {
    "done": "完成", "admitted": "完成", "refused": "拒绝", "wrong_password": "密码不对",
    "wrong_code": "动态口令不对", "locked": "已锁定", "disabled": "已停用",
    "unknown": "没有这个用户",
}  # fmt: skip
_REASONS = {
    **RETURN_REASONS,
    **CORRECTION_REASONS,
    **UNMASK_REASONS,
    **HOLD_REASONS,
    **RELEASE_REASONS,
}

_ROW = Markup(
    '<tr><td class="num">{number}</td><td class="figures">{at}</td><td>{actor}</td>'
    "<td>{action}</td><td>{subject}</td><td>{outcome}</td>"
    '<td class="small muted wrap">{facts}</td>'
    '<td class="hash" title="{row.hash}">{previous}→{hash}</td></tr>'
)
_HEAD = Markup(
    '<thead><tr><th class="num">序号</th><th>时间</th><th>谁</th><th>做了什么</th><th>对象</th>'
    "<th>结果</th><th>理由与内容</th><th>哈希：前一条→本条</th></tr></thead>"
)


def audit_table(rows: Iterable[Link], names: Names) -> Markup:
    return Markup(
        '<div class="scroll"><table class="data chain">{}<tbody>{}</tbody></table></div>'
    ).format(_HEAD, Markup("").join(_row(row, names) for row in rows))


def _row(row: Link, names: Names) -> Markup:
    return _ROW.format(
        row=row, number=row.number, at=at_minute(row.at), actor=person(row.actor),
        action=ACTIONS.get(row.action, row.action), subject=_subject(row.subject),
        outcome=OUTCOMES.get(row.outcome, row.outcome), facts=_facts(row, names),
        previous=row.previous[:6] or "起点", hash=row.hash[:6],
    )  # fmt: skip


def _subject(subject: str) -> str:
    kind, _, name = subject.partition(":")
    return f"线索 {name}" if kind == "clue" else subject


def _facts(row: Link, names: Names) -> str:
    """Codes of labels by their names; what is not known stands as it is."""
    told = [_REASONS.get(row.reason, row.reason)] if row.reason else []
    for name, value in json.loads(row.facts).items():
        if value not in (None, "", "done"):
            told.append(_fact(name, str(value), names))
    return "　".join(told)


def _fact(name: str, value: str, names: Names) -> str:
    if name in ("module", "urgency", "function"):
        return names.of(name, value).split("（")[0]
    if name == "procuratorate":
        return names.procuratorate(value)
    if name == "state":
        return STATES.get(value, value)
    return f"第 {value} 版" if name == "version" else f"{name}={value}"
