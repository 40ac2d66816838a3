"""Real clues, read by the real model, as rows."""

from datetime import UTC, datetime

from model.clue import Clue
from model.triager import Triager
from serving.arrival.rows import arrival
from serving.encryption import seal, unseal
from serving.keyring import new_key, parse_keys
from serving.storage.arrivals import Arrival

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)

TEXTS = (
    "榆中县和平镇一家砖厂半夜偷排黑烟，周围几个村子窗户都不敢开，举报三次没人管。",
    "城关区雁东路小学门口线缆乱拉乱挂，孩子上下学只能从车缝里穿行。",
    "我的案子移送到检察院没有？想查一下办理进度。",
    "邻居家孩子被锁在屋里三天没吃的，一直在哭，请马上来人。",
    "被撞伤以后对方一直不赔，住院没钱，想申请司法救助。",
    "小区供暖一直不热，物业不管。",
)


KEYRING = parse_keys(new_key(), "测试")


def sealed(content: str, clue_id: str) -> bytes:
    return seal(content, clue_id, KEYRING)


def opened(content: bytes, clue_id: str) -> str:
    return unseal(content, clue_id, KEYRING)


def arriving(triager: Triager, clue_id: str, text: str = TEXTS[0], now: datetime = NOW) -> Arrival:
    clue = Clue(clue_id=clue_id, text=text, submitted_at=now)
    return arrival(clue, triager.triage(clue), triager.taxonomy, sealed, now, 1.0)
