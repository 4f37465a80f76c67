insmod highpri_cond.ko
sleep 0.5
rmmod highpri_cond
dmesg | grep highpri_cond:
