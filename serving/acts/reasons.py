"""Reasons that staff choose from; codes are part of the interface, names are display text."""

from collections.abc import Mapping

from serving.acts.errors import InvalidReviewError

RETURN_REASONS: Mapping[str, str] = {
    "missing_facts": "缺少时间、地点等基本事实",
    "not_ours": "不属检察职能",
    "other_procuratorate": "应由其他检察院受理",
    "duplicate": "与已有线索重复",
    "unreadable": "无法辨认内容",
    "withdrawn_by_sender": "提交人撤回",
}

CORRECTION_REASONS: Mapping[str, str] = {
    "wrong_module": "模块不对",
    "wrong_urgency": "紧急程度不对",
    "wrong_function": "承办职能不对",
    "wrong_unit": "承办院不对",
    "several_matters": "一件反映多事",
    "other": "其他",
}

UNMASK_REASONS: Mapping[str, str] = {
    "contact_sender": "需联系提交人",
    "verify_facts": "需核实事实",
    "emergency": "现实危险，需立即处置",
    "transfer": "移送其他机关需附原文",
    "supervision": "内部监督检查",
}

HOLD_REASONS: Mapping[str, str] = {
    "case_pending": "案件尚在办理",
    "complaint_pending": "信访、申诉尚在复查",
    "litigation": "诉讼或赔偿程序尚未结束",
    "supervision": "内部监督检查",
}

RELEASE_REASONS: Mapping[str, str] = {
    "matter_closed": "所涉事项已办结",
    "marked_by_mistake": "误标",
}


def check_reason(reason: str, known: Mapping[str, str]) -> None:
    """Raises InvalidReviewError."""
    if reason not in known:
        raise InvalidReviewError(f"reason 不是允许的值，可用：{'、'.join(known)}")
