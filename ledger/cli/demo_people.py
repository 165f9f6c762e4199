DEMO_PASSWORD=''; PEOPLE=[]
def let_in(*a,**k): pass
