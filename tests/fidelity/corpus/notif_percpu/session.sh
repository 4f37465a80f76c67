insmod notif_percpu.ko
rmmod notif_percpu
dmesg | grep notif_percpu:
