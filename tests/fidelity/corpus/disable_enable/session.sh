insmod disable_enable.ko
rmmod disable_enable
