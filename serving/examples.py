"""The example that the interface's documentation shows: the clue that started this platform."""

FOUNDING_CLUE: dict[str, str] = {
    "clue_id": "LJ-20230209-0001",
    "text": (
        "城关区雁东路小学门口线缆乱拉乱挂、车辆随意停放，孩子上下学只能从车缝里穿行，"
        "希望有关部门管一管。"
    ),
    "location": "兰州市城关区雁东路",
    "submitted_at": "2023-02-09T10:00:00+08:00",
}
