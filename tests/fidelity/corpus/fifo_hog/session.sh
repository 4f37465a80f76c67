insmod fifo_hog.ko
rmmod fifo_hog
dmesg | grep fifo_hog:
