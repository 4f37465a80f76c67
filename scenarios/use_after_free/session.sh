insmod use_after_free.ko
sleep 0.1
echo 1 > /sys/module/use_after_free/parameters/close
sleep 0.5
rmmod use_after_free
dmesg | tail -40
