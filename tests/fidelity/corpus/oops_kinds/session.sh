insmod oops_kinds.ko
echo $?
sleep 0.1
lsmod
dmesg | grep -v -e '^.\{15\}[RC][A-Z0-9]*:' | cut -c 16-
