insmod workqueue_demo.ko
sleep 3
rmmod workqueue_demo
dmesg | tail -20
