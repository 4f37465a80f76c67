"""Documentation with runs in it: `sphinx-build -M html . _build`, or `-M latexpdf`."""

project = "Workqueues in a driver"
extensions = ["wqplay.sphinx"]
html_theme = "alabaster"
