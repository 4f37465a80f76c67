insmod abba.ko
sleep 1
cat /sys/module/abba/initstate
rmmod abba
echo never
