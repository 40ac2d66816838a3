"""Reasons that staff choose from; codes are part of the interface, names are display text."""

from collections.abc import Mapping

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
