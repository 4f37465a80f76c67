insmod stack_work.ko
rmmod stack_work
dmesg | grep stack_work:
