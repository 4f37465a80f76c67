insmod hotplug_mix.ko
sleep 0.05
echo 0 > /sys/devices/system/cpu/cpu1/online
sleep 0.05
echo 1 > /sys/module/hotplug_mix/parameters/go
sleep 0.6
cat /sys/devices/system/cpu/online /sys/devices/system/cpu/offline /sys/devices/system/cpu/present
echo 1 > /sys/devices/system/cpu/cpu1/online
sleep 0.2
echo 1 > /sys/module/hotplug_mix/parameters/go
sleep 0.3
echo 0 > /sys/devices/system/cpu/cpu0/online
rmmod hotplug_mix
dmesg | grep hotplug_mix:
