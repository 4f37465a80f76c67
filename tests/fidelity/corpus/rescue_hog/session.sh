insmod rescue_hog.ko
sleep 0.4
rmmod rescue_hog
dmesg | grep rescue_hog:
