// viper: a cobra command whose settings come from a file, the environment and flags.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/viper"
)

func main() {
	root := &cobra.Command{Use: "app", Short: "settings", Run: func(cmd *cobra.Command, args []string) {
		viper.SetConfigFile("config.yaml")
		viper.SetEnvPrefix("app")
		viper.MustBindEnv("a.b", "APP_A_B")
		if err := viper.ReadInConfig(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(viper.GetInt("a.b"), viper.GetStringSlice("a.c"), viper.GetDuration("d"), viper.GetString("e"))
		fmt.Println(viper.AllKeys() != nil, viper.IsSet("nope"))
	}}
	root.Flags().String("e", "default", "a flag")
	_ = viper.BindPFlag("e", root.Flags().Lookup("e"))
	root.AddCommand(&cobra.Command{Use: "sub [x]", Aliases: []string{"s"}, Args: cobra.ExactArgs(1), RunE: func(*cobra.Command, []string) error { return nil }})
	if err := root.Execute(); err != nil {
		os.Exit(1)
	}
	root.SetArgs([]string{"sub"})
	fmt.Println(root.Execute())
	root.SetArgs([]string{"--help"})
	_ = root.Execute()
}
