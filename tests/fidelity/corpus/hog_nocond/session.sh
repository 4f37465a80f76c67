insmod hog_nocond.ko
sleep 0.4
rmmod hog_nocond
