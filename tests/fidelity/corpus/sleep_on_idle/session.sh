insmod sleep_on_idle.ko
sleep 1
rmmod sleep_on_idle
dmesg | grep -v "^.\{15\}R\|Code:" | head -60
