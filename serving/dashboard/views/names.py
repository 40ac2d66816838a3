"""Codes → what staff call them."""

from collections.abc import Mapping
from dataclasses import dataclass

from model.taxonomy import Function, Module, Taxonomy, Urgency

STATES: Mapping[str, str] = {
    "new": "待处理",
    "second_look": "待再看",
    "confirmed": "已确认",
    "corrected": "已更正",
    "returned": "已退回",
}
ACTS: Mapping[str, str] = {
    "confirm": "确认",
    "correct": "更正",
    "return": "退回",
    "second_look": "请人再看",
    "withdraw": "撤销",
}
HEADS: Mapping[str, str] = {"module": "模块", "urgency": "紧急程度", "function": "承办职能"}
EVIDENCE: Mapping[str, tuple[str, str]] = {
    "module": ("模块", "模"),
    "urgency": ("紧急程度", "急"),
    "function": ("承办职能", "职"),
    "secondary_modules": ("次要模块", "次"),
    "danger": ("人身危险", "危"),
}
"""What a span speaks for → its name, and the sign that stands behind the span."""

URGENCY_SIGNS: Mapping[str, str] = {"critical": "▲", "urgent": "◆", "normal": "●", "inquiry": "○"}
ROLES: Mapping[str, str] = {
    "intake": "受理员",
    "reviewer": "复核员",
    "analyst": "分析员",
    "auditor": "审计员",
    "admin": "管理员",
}


@dataclass(frozen=True, slots=True)
class Names:
    """Names of a taxonomy. A code that it no longer knows stands for itself."""

    taxonomy: Taxonomy

    def of(self, head: str, code: str) -> str:
        """The name of a label of ``module``, ``urgency`` or ``function``."""
        law = self.taxonomy
        known: dict[str, Mapping[str, Module | Urgency | Function]] = {
            "module": dict(law.module_by_code),
            "urgency": dict(law.urgency_by_code),
            "function": dict(law.function_by_code),
        }
        found = known[head].get(code)
        return code if found is None else found.name

    def module(self, code: str) -> str:
        """Without what stands in brackets, as lists have no room."""
        return self.of("module", code).split("（")[0]

    def urgency(self, code: str) -> str:
        return self.of("urgency", code)

    def function(self, code: str) -> str:
        return self.of("function", code)

    def procuratorate(self, code: str) -> str:
        known = self.taxonomy.procuratorate_by_code
        return known[code].short_name if code in known else code

    def reason(self, code: str) -> str:
        known = self.taxonomy.review_reason_by_code
        return known[code].name if code in known else code

    def advice(self, code: str) -> str:
        known = self.taxonomy.review_reason_by_code
        return known[code].advice if code in known else ""

    def rule(self, rule_id: str) -> str:
        found = (rule.name for rule in self.taxonomy.jurisdiction if rule.id == rule_id)
        return next(found, rule_id)

    def unit(self, procuratorate: str, function: str) -> str:
        known = self.taxonomy
        if procuratorate in known.procuratorate_by_code and function in known.function_by_code:
            return known.unit_name(procuratorate, function)
        return f"{self.procuratorate(procuratorate)} · {self.function(function)}"


def person(actor: str | None) -> str:
    """``user:zhang`` → zhang; a system keeps its key's prefix."""
    if actor is None:
        return ""
    kind, _, name = actor.partition(":")
    return name if kind == "user" and name else actor
