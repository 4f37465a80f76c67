insmod rmmod_wait.ko
rmmod rmmod_wait
echo $?
lsmod
sleep 0.3
cat /sys/module/rmmod_wait/refcnt
echo 1 > /sys/module/rmmod_wait/parameters/go
rmmod rmmod_wait &
sleep 0.15
cat /sys/module/rmmod_wait/initstate
echo 1 > /sys/module/rmmod_wait/parameters/go
insmod rmmod_wait.ko
echo $?
rmmod rmmod_wait
wait
ls /sys/module/rmmod_wait
insmod rmmod_wait.ko
sleep 0.3
rmmod rmmod_wait
dmesg | grep rmmod_wait:
