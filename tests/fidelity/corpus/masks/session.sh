insmod masks.ko
cd /sys/devices/virtual/workqueue
cat cpumask
cat cpumask_requested
cat cpumask_isolated
echo 1 > /sys/module/masks/parameters/go
sleep 0.05
for m in 0x3 ff 00000000,00000003 1ffffffff 3, ,3 000000001 '2 ' 'f f' -1 0 ''; do echo "$m" > masks/cpumask; cat masks/cpumask; done
echo 2 > masks/cpumask
echo 1 > /sys/module/masks/parameters/go
sleep 0.05
echo 0 > cpumask
echo 4 > cpumask
cat cpumask
cat cpumask_requested
cat masks/cpumask
echo 1 > /sys/module/masks/parameters/go
sleep 0.05
echo f > cpumask
cat cpumask
echo 1 > /sys/module/masks/parameters/go
sleep 0.05
echo 3x > masks/max_active
cat masks/max_active
echo 99999 > masks/max_active
cat masks/max_active
echo NUMA > masks/affinity_scope
cat masks/affinity_scope
echo cpux > masks/affinity_scope
cat masks/affinity_scope
echo 2 > masks/affinity_strict
cat masks/affinity_strict
echo 7junk > masks/nice
cat masks/nice
echo -21 > masks/nice
cat masks/per_cpu
echo 0 > masks/per_cpu
ls masks
rmmod masks
dmesg | grep -v taint
