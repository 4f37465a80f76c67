insmod flush_many.ko
rmmod flush_many
dmesg | grep flush_many:
