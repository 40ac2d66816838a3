"""Why an act was refused."""

from model.errors import FenzhenError


class StaleVersionError(FenzhenError):
    """Somebody acted on the clue since it was read."""

    code = "stale_version"
    title = "Stale version"

    def __init__(self) -> None:
        super().__init__("这件线索刚被他人处理过，请重新打开后再提交")


class HeldByOtherError(FenzhenError):
    """Somebody else works on the clue."""

    code = "held_by_other"
    title = "Held by another reviewer"

    def __init__(self) -> None:
        super().__init__("这件线索正由其他人员处理，请稍后再试或换一件")


class InvalidReviewError(FenzhenError):
    """A decision that the rules do not allow."""

    code = "invalid_review"
    title = "Invalid review"


class OriginalErasedError(FenzhenError):
    """The clue is there, the text as it was sent is not any more."""

    code = "original_erased"
    title = "Original erased"

    def __init__(self) -> None:
        super().__init__("这件线索的原文已按保存期限清除，无法再查看；结论与处理记录仍在")


class CannotWithdrawError(FenzhenError):
    """There is nothing to undo, or it is too late."""

    code = "cannot_withdraw"
    title = "Cannot withdraw"
