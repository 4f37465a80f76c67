"""Our modules build with kbuild against Debian's 6.12 headers, and W=1 has nothing to say about them.

`make kernel-headers` (part of `make test`) unpacks the headers; another tree: KDIR=… in the environment.
"""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
KDIR = Path(os.environ.get("KDIR", ROOT / "build/kernel/build"))
GALLERY = sorted(path.parent.name for path in (ROOT / "scenarios").glob("*/module.c"))


def kbuild(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert (KDIR / "Makefile").exists(), f"no kernel headers in {KDIR}: run `make kernel-headers`"
    return subprocess.run(
        ["make", "-j2", f"KDIR={KDIR}", *arguments],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def complaints(made: subprocess.CompletedProcess[str]) -> list[str]:
    text = made.stdout + made.stderr
    return [line for line in text.splitlines() if "warning:" in line or "error:" in line or "ERROR" in line]


def test_demo_builds_without_a_warning_and_cleans_up(tmp_path: Path) -> None:
    for name in ("workqueue_demo.c", "Makefile"):
        shutil.copy(ROOT / "module" / name, tmp_path)
    made = kbuild(tmp_path, "W=1")
    assert complaints(made) == []
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "workqueue_demo.ko").stat().st_size > 0
    assert kbuild(tmp_path, "clean").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Makefile", "workqueue_demo.c"]


def test_gallery_modules_build_without_a_warning(tmp_path: Path) -> None:
    """All in one go: kbuild starts once."""
    for module in GALLERY:
        shutil.copy(ROOT / "scenarios" / module / "module.c", tmp_path / f"{module}.c")
    objects = " ".join(f"{module}.o" for module in GALLERY)
    (tmp_path / "Makefile").write_text(f"obj-m := {objects}\nall:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR) modules\n")
    made = kbuild(tmp_path, "W=1")
    assert complaints(made) == []
    assert made.returncode == 0, made.stderr
    assert sorted(path.stem for path in tmp_path.glob("*.ko")) == GALLERY
