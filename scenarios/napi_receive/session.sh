insmod napi_receive.ko
ip link set wqnic0 up
sleep 0.05
irq 19
sleep 0.05
ip link set wqnic0 down
rmmod napi_receive
dmesg | tail -12
