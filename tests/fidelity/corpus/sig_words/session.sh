insmod sig_words.ko
for s in 1 2 3 6 9 10 11 13 14 15; do /bin/sleep 9 & sleep 0.05; kill -$s $!; wait $!; echo $s $?; done
/bin/sleep 9 &
sleep 0.05
kill -9 $!
sleep 0.05
echo before wait
wait $!
echo $?
/bin/sleep 9 &
sleep 0.05
kill -9 $!
wait
echo $?
/bin/sleep 9 &
kill %1
wait
(kill -9 $(cat /proc/self/stat | cut -d' ' -f4))
sh -c 'kill -9 $$'
echo $?
sh -c 'kill -15 $$'
echo $?
sh -c 'kill -11 $$' | cat
echo $?
kill -0 $$
echo $?
kill -9 99999
echo $?
kill abc
kill -l 9
rmmod sig_words
