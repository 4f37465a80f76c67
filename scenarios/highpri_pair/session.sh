insmod highpri_pair.ko
sleep 0.2
rmmod highpri_pair
dmesg | tail -4
