insmod semaphores.ko
sleep 1
rmmod semaphores
dmesg | grep semaphores:
