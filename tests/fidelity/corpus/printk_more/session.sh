insmod printk_more.ko
sleep 0.2
rmmod printk_more
dmesg | grep printk_more
