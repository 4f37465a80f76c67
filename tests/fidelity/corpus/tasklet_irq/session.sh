insmod tasklet_irq.ko
rmmod tasklet_irq
