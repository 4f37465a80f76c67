insmod irq_work_cpus.ko
sleep 1
rmmod irq_work_cpus
dmesg | grep irq_work_cpus:
