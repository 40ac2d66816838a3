"""A page of one form, without any script of its own."""

from dataclasses import dataclass

from markupsafe import Markup

from model.errors import FenzhenError
from serving.dashboard.assets import head

STRIP = Markup(
    '<div class="demo-strip" role="note"><b>演示数据</b><span>　线索为人工拟写，复核为程序模拟，'
    "与任何真实案件无关</span></div>"
)
_PAGE = Markup(
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{form.title} · 分诊'
    '</title><meta name="viewport" content="width=device-width, initial-scale=1">'
    '<link rel="icon" href="/assets/favicon.svg">{head}</head><body>{strip}<main class="door">'
    '<form method="post" action="{action}"><h1>{form.title}</h1>'
    '<p class="muted small">{form.lead}</p>{fields}{failure}<button>{form.button}</button></form>'
    "</main></body></html>"
)
_FIELD = Markup(
    '<label>{field.label}<input name="{field.name}" type="{field.kind}" '
    'autocomplete="{field.complete}" {field.rest}></label>'
)
_HIDDEN = Markup('<input type="hidden" name="{}" value="{}">')


REQUIRED = Markup("required")


@dataclass(frozen=True, slots=True)
class Field:
    """``rest`` are further attributes, written by us."""

    label: str
    name: str
    kind: str = "password"
    complete: str = "off"
    rest: Markup = REQUIRED


@dataclass(frozen=True, slots=True)
class Form:
    title: str
    lead: str | Markup
    button: str
    fields: tuple[Field, ...]
    hidden: tuple[tuple[str, str], ...] = ()


def form_page(
    form: Form, action: str, failure: FenzhenError | None, *, demonstration: bool
) -> Markup:
    fields = [_FIELD.format(field=field) for field in form.fields]
    fields += [_HIDDEN.format(name, value) for name, value in form.hidden]
    told = Markup("")
    if failure is not None:
        told = Markup('<p class="failed" role="alert">{}</p>').format(failure.detail)
    return _PAGE.format(
        form=form, head=head(), action=action, fields=Markup("").join(fields), failure=told,
        strip=STRIP if demonstration else "",
    )  # fmt: skip
