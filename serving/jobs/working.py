"""Works off jobs one after the other, through the same line as every other clue."""

import fcntl
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from model.errors import FenzhenError
from model.os_causes import cause
from model.privacy import mask
from model.tables import BadRow, Row
from serving.arrival.line import Line
from serving.classify_files import Summary, UnusableOutputError, classify_file
from serving.jobs.queue import (
    MAX_ATTEMPTS,
    Job,
    begin_job,
    change_job,
    finish_job,
    take_job,
    unfinished,
)
from serving.jobs.reader import StoppedError, StoringReader, masked, masked_mistake
from serving.models.holder import Holder
from serving.problems import RefusedError
from serving.quiet_log import log_failure
from serving.repeating import Repeating
from serving.storage.database import Database, StorageUnavailableError

_KEPT_SECONDS = 24 * 3600
"""How long a result lies ready."""

_PAUSE_SECONDS = 5.0
"""How long to wait when a file cannot be written: a full disk is not emptied in a moment."""

_GIVEN_UP = f"处理这个文件时服务 {MAX_ATTEMPTS} 次中途退出，已放弃；请分成几个较小的文件重新提交"
_DEFECT = "处理这个文件时程序出错，已停止；请核对文件内容后重新提交，仍不成请联系管理员查看日志"


class Working(Repeating):
    """What is on disk while a job runs is removed when it is done, or a day later."""

    def __init__(self, database: Database, line: Line, holder: Holder, folder: Path) -> None:
        super().__init__("jobs", seconds=0.5, patience=30)
        self._database = database
        self._line = line
        self._holder = holder
        self._folder = folder
        self._job: Job | None = None
        self._begun: str | None = None

    def source(self, job_id: str, suffix: str) -> Path:
        """Where the file of a job must lie."""
        return self._folder / f"{job_id}.input{suffix}"

    def result(self, job_id: str, suffix: str) -> Path:
        """Where the result of a job will lie."""
        return self._folder / f"{job_id}.output{suffix}"

    def take_turn(self) -> None:
        """A job that the disk or the database interrupts is kept for the next turn."""
        try:
            self._tidy()
            self._job = self._job or self._taken()
            if self._job is not None:
                self._work(self._job)
        except StoppedError:
            pass
        except StorageUnavailableError:
            raise
        except OSError as error:
            self._log.warning("任务文件无法读写（%s），稍候再试", cause(error))
            self._stopping.wait(_PAUSE_SECONDS)
        except Exception:
            self._job = None
            raise
        else:
            self._job = None

    def _taken(self) -> Job | None:
        if self._holder.model is None:  # another worker's may be loaded already
            return None
        with self._database.write() as connection:
            return take_job(connection, now=datetime.now(UTC))

    def _work(self, job: Job) -> None:
        source = self.source(job.job_id, job.suffix)
        with _alone(source) as alone:
            if not alone:
                return
            try:
                summary = self._classify(job, source) if self._may_begin(job) else None
            except (StorageUnavailableError, StoppedError, OSError):
                raise
            except (FenzhenError, RefusedError) as error:
                detail = error.detail if isinstance(error, FenzhenError) else error.problem.detail
                self._finish(job, mask(detail).text, None)  # it may name a column
            except Exception as error:
                log_failure(self._log, error)
                self._finish(job, _DEFECT, None)
            else:
                self._finish(job, None if summary else _GIVEN_UP, summary)
            source.unlink(missing_ok=True)

    def _may_begin(self, job: Job) -> bool:
        """Counted once a process: waiting for the disk or the database is no new beginning."""
        if self._begun != job.job_id:
            with self._database.write() as connection:
                allowed = begin_job(connection, job.job_id)
            if not allowed:
                return False
            self._begun = job.job_id
        return True

    def _classify(self, job: Job, source: Path) -> Summary:
        output = self.result(job.job_id, job.output_suffix)
        reader = StoringReader(job.job_id, self._line, self._holder, self._stopping)

        def track(rows: Sequence[Row | BadRow]) -> Iterator[Row | BadRow]:
            return self._reported(job, reader, rows)

        try:
            return classify_file(reader, source, output, track, masked)
        except UnusableOutputError:
            # Begun with another model. What was stored keeps its answer, so beginning anew is safe.
            for begun in self._folder.glob(f"{job.job_id}.output*"):
                begun.unlink()
            return classify_file(reader, source, output, track, masked)

    def _finish(self, job: Job, error: str | None, summary: Summary | None) -> None:
        values: dict[str, object] = {"state": "failed" if error else "done", "error": error}
        if summary is not None:
            values |= {"rows": summary.rows, "done": summary.rows, "failed": summary.failed}
        with self._database.write() as connection:
            finish_job(connection, job.job_id, finished_at=datetime.now(UTC), **values)

    def _reported(
        self, job: Job, reader: StoringReader, rows: Sequence[Row | BadRow]
    ) -> Iterator[Row | BadRow]:
        """Pass the rows on, and keep the job's progress in the database, now and then."""
        reported = 0.0
        for number, row in enumerate(rows):
            if self._stopping.is_set():
                raise StoppedError
            if time.monotonic() - reported > 2:
                reported = time.monotonic()
                gets_on = {"attempts": 0} if number else {}
                with suppress(StorageUnavailableError), self._database.write() as connection:
                    change_job(connection, job.job_id, rows=len(rows), done=number,
                               heartbeat_at=datetime.now(UTC), **gets_on)  # fmt: skip
            reader.number = row.number
            yield masked_mistake(row)

    def _tidy(self) -> None:
        """Remove what is old, but never from under a job: the clock may have jumped."""
        now = time.time()
        old = [p for p in self._folder.glob("*.*put*") if now - p.stat().st_mtime > _KEPT_SECONDS]
        if not old:
            return
        with self._database.read() as connection:
            needed = unfinished(connection, [_job_id(path) for path in old])
        for path in old:
            if _job_id(path) not in needed:
                path.unlink(missing_ok=True)


def _job_id(path: Path) -> str:
    return path.name.lstrip(".").partition(".")[0]


@contextmanager
def _alone(source: Path) -> Iterator[bool]:
    """Whether nobody else on this machine works on the file: after a jump of the clock a job that
    is alive looks abandoned. The lock falls with the process."""
    with ExitStack() as held:
        alone = True
        with suppress(FileNotFoundError):  # whoever reads it will say so
            file = held.enter_context(source.open("rb"))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                alone = False
        yield alone
