insmod highpri_mix.ko
sleep 0.1
ps | grep kworker/1
rmmod highpri_mix
