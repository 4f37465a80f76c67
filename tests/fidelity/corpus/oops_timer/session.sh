insmod oops_timer.ko
sleep 1
echo never
