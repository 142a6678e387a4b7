// Command server answers sums as plainly as a Go program can, and is what other implementations must get along with: it takes
// whatever one read of at most 256 bytes returns for one message, answers without a delimiter, and gives each connection one
// read deadline, set once. Any error ends the connection.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"net"
	"os"
	"strconv"
	"time"
)

type request struct {
	A, B int
}

type response struct {
	Sum int
}

func main() {
	ip := flag.String("ip", "127.0.0.1", "address to listen on")
	port := flag.Int("port", 5656, "port to listen on; 0 takes any free one")
	timeout := flag.Duration("timeout", 30*time.Second, "how long a connection may be read from, all in all")
	flag.Parse()

	listener, err := net.Listen("tcp", net.JoinHostPort(*ip, strconv.Itoa(*port)))
	if err != nil {
		log.Fatal(err)
	}
	log.New(os.Stdout, "", 0).Printf("listening on tcp %v", listener.Addr())
	for {
		conn, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go serve(conn, *timeout)
	}
}

func serve(conn net.Conn, timeout time.Duration) {
	defer conn.Close()
	if err := conn.SetReadDeadline(time.Now().Add(timeout)); err != nil {
		log.Print(err)
		return
	}
	buffer := make([]byte, 256)
	for {
		n, err := conn.Read(buffer)
		if err != nil {
			log.Printf("%v: %v", conn.RemoteAddr(), err)
			return
		}
		var r request
		if err := json.Unmarshal(buffer[:n], &r); err != nil {
			log.Printf("%v: %v in %q", conn.RemoteAddr(), err, buffer[:n])
			return
		}
		answer, err := json.Marshal(response{r.A + r.B})
		if err != nil {
			log.Print(err)
			return
		}
		if _, err := conn.Write(answer); err != nil {
			log.Printf("%v: %v", conn.RemoteAddr(), err)
			return
		}
	}
}
