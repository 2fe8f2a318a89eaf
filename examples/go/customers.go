// Package customers is a client as one writes it: the code under test.
package customers

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// Client asks the vendor.
type Client struct{ URL string }

type customer struct{ ID, Name string }

// Names reads every page.
func (c Client) Names(limit int) ([]string, error) {
	var names []string
	after := ""
	for {
		var page struct {
			Data    []customer
			HasMore bool `json:"has_more"`
		}
		status, err := c.get(fmt.Sprintf("/v1/customers?limit=%d%s", limit, after), &page)
		if err != nil {
			return nil, err
		}
		if status != http.StatusOK {
			return nil, fmt.Errorf("listing customers: %d", status)
		}
		for _, one := range page.Data {
			names = append(names, one.Name)
		}
		if !page.HasMore {
			return names, nil
		}
		after = "&starting_after=" + page.Data[len(page.Data)-1].ID
	}
}

// Find gives one customer, or none.
func (c Client) Find(id string) (name string, found bool, err error) {
	var one customer
	status, err := c.get("/v1/customers/"+id, &one)
	return one.Name, status == http.StatusOK, err
}

func (c Client) get(target string, into any) (int, error) {
	answer, err := http.Get(c.URL + target)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	return answer.StatusCode, json.NewDecoder(answer.Body).Decode(into)
}
