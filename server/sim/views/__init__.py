"""What the shell reads of the machine: /proc, /sys, ps, the tables of wq_monitor.py and wq_dump.py."""
