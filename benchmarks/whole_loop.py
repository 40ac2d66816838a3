"""The analyst's loop from a spreadsheet to the service: ``python -m benchmarks.whole_loop``.

500 corrected clues in Excel → import → train → register → compare → promote → the running service
answers with the new model. Every step is the command that an analyst types. Seconds on the clock
and of the processor; the service's own are not counted.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from openpyxl import Workbook

from benchmarks.running import Service, running

_REPOSITORY = Path(__file__).parent.parent
_ROWS = 500
_COLUMNS = ("clue_id", "title", "text", "location", "module", "secondary_modules", "urgency",
            "function", "author_group", "labeller", "labelled_at")  # fmt: skip


@dataclass(slots=True)
class Office:
    """A folder of its own to work in; ``lines`` are rows of the table that is printed."""

    folder: Path
    lines: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "PYTHONPATH": str(_REPOSITORY),
            "OMP_NUM_THREADS": "1",
            "FENZHEN_MODEL": "models:/fenzhen@champion",
        }

    def do(self, *command: str, told: bool = True) -> int:
        """Run ``fenzhen`` and note its seconds; the exit status, which must be 0 or 1."""
        before, started = _processor(), time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "fenzhen", *command], cwd=self.folder, env=self.environment,
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode not in (0, 1):
            raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
        if told:
            self.note(
                "fenzhen " + " ".join(command[:2]),
                time.monotonic() - started,
                f"{_processor() - before:.1f}",
            )
        return done.returncode

    def note(self, what: str, seconds: float, processor: str) -> None:
        self.lines.append(f"| {what} | {seconds:.1f} | {processor} |")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bundle", type=Path, default=Path("var/bundle"))
    bundle = parser.parse_args().bundle.resolve()
    with tempfile.TemporaryDirectory(prefix="loop-") as scratch:
        office = Office(Path(scratch))
        (office.folder / "datasets").symlink_to(_REPOSITORY / "datasets")
        _files(office.folder)
        office.do("model", "register", str(bundle), told=False)
        office.do("model", "promote", "--force", "--reason", "首个模型", told=False)
        with running(_service(office.folder)) as service:
            before = _version(service.port)
            started = time.monotonic()
            passed = _loop(office)
            promoted = time.monotonic()
            while _version(service.port) == before:
                time.sleep(0.1)
            office.note("服务换用新模型（命令结束之后）", time.monotonic() - promoted, "—")
            whole = (time.monotonic() - started) / 60
    print("| 步骤 | 秒 | 处理器秒 |\n| --- | ---: | ---: |", *office.lines, sep="\n")
    print(
        f"\n全程 {whole:.1f} 分钟，评判{'通过' if passed else '未通过（强制晋级）'}，"
        f"一分钟平均负载 {os.getloadavg()[0]:.1f}"
    )


def _loop(office: Office) -> bool:
    """Whether the gate was passed; if not, the model is promoted by force to time that too."""
    office.do("data", "import", "五百.xlsx", "--output", "五百.jsonl")
    data = ("--data", "其余.jsonl", "--data", "五百.jsonl")
    office.do("train", *data, "--output", "var/new")
    office.do("model", "register", "var/new")
    passed = office.do("compare") == 0
    office.do("model", "promote", *(() if passed else ("--force", "--reason", "演练")))
    return passed


def _files(folder: Path) -> None:
    """The corpus, 500 of its training clues apart in a workbook as if just corrected."""
    rows = [
        json.loads(line)
        for path in sorted((folder / "datasets" / "clues").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    train = [row for row in rows if row["split"] == "train"]
    apart = train[:: len(train) // _ROWS][:_ROWS]
    taken = {row["clue_id"] for row in apart}
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(_COLUMNS)
    for row in apart:
        several = ";".join(row.get("secondary_modules", ()))
        sheet.append([{**row, "secondary_modules": several}.get(name, "") for name in _COLUMNS])
    book.save(folder / "五百.xlsx")
    rest = (json.dumps(row, ensure_ascii=False) for row in rows if row["clue_id"] not in taken)
    (folder / "其余.jsonl").write_text("\n".join(rest) + "\n", encoding="utf-8")


def _service(folder: Path) -> Service:
    return Service(
        (sys.executable, "-m", "fenzhen", "serve", "--port", "PORT"), "/v1/classify", "/readyz",
        {
            "FENZHEN_MODEL": "models:/fenzhen@champion",
            "FENZHEN_DATABASE_URL": f"sqlite:///{folder}/fenzhen.db",
            "FENZHEN_FILES": f"{folder}/files",
            "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/var/mlflow/mlflow.db",
        },
    )  # fmt: skip


def _version(port: int) -> str:
    """Of the model that answers now."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    body = json.dumps({"text": "榆中县和平镇一家砖厂半夜偷排黑烟，没人管。"})
    connection.request("POST", "/v1/classify", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    content = json.loads(answer.read())
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"the service answered {answer.status}")
    return str(content["model"]["version"])


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
